using System.Globalization;
using Tint.Fixtures;
using Tint.Oracle.Answers;

namespace Tint.Oracle.Judging;

/// <summary>Compares an input that a candidate gave back with the case's: a mistake in reading the case shows there first.</summary>
internal static class InputCheck
{
    /// <summary>Judges an input: every entry must be the case's, or its nearest in the candidate's type.</summary>
    public static TensorVerdict Judge(string name, FixtureTensor expected, AnswerTensor answer)
    {
        var verdict = new TensorVerdict
        {
            Tensor = $"input.{name}",
            Kind = TensorKind.Input,
            Verdict = Verdict.NotCompared,
            Type = answer.Type,
        };
        if (!expected.Shape.SequenceEqual(answer.Shape))
        {
            return expected.Shape.Count >= 2 && expected.Shape.SequenceEqual([.. answer.Shape.SkipLast(2), .. answer.Shape.TakeLast(2).Reverse()])
                ? verdict with { Fault = AnswerFault.Transposed, Problem = $"your input is transposed: {answer.ShapeText} in place of {AnswerTensor.TextOf(expected.Shape)}" }
                : verdict with { Fault = AnswerFault.Misshapen, Problem = $"your input is {answer.ShapeText}, the case's {AnswerTensor.TextOf(expected.Shape)}" };
        }

        var unit = NumberTypes.UnitOf(answer.Type) ?? 0;
        unit = answer.Type == NumberTypes.Double ? 0 : unit;
        var wrong = Count(answer.Values, out var first);
        if (wrong == 0)
        {
            return verdict with { Verdict = Verdict.Expected };
        }

        if (expected.Shape.Count >= 2 && expected.Shape[^1] == expected.Shape[^2] && Count(Orders.Transposed(answer.Shape, answer.Values), out _) == 0)
        {
            return verdict with { Fault = AnswerFault.Transposed, Problem = "your input is the transpose of the case's" };
        }

        if (Count(Orders.FromColumnMajor(answer.Shape, answer.Values), out _) == 0)
        {
            return verdict with { Fault = AnswerFault.FortranOrdered, Problem = AnswerForm.Words(AnswerFault.FortranOrdered, answer) };
        }

        return verdict with
        {
            Verdict = Verdict.None,
            Problem = string.Create(
                CultureInfo.InvariantCulture,
                $"your input is another: {wrong} of {answer.Values.Length} entries differ, first at index [{string.Join(", ", AnswerForm.Unravel(first, answer.Shape))}]: yours {answer.Values[first]:R}, the case's {expected.Values[first]:R}"),
        };

        int Count(double[] values, out int at)
        {
            var count = 0;
            at = -1;
            for (var i = 0; i < values.Length; i++)
            {
                if (!(Math.Abs(values[i] - expected.Values[i]) <= unit * Math.Abs(expected.Values[i])))
                {
                    at = count++ == 0 ? i : at;
                }
            }

            return count;
        }
    }
}
