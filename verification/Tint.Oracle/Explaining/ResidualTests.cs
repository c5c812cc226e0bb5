using System.Globalization;
using Tint.Oracle.Answers;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>Cheap tests of what a wrong tensor has to do with the right one: a factor, a shift, an exchange.</summary>
internal static class ResidualTests
{
    private const int MostPermutedHeads = 4;

    /// <summary>Every mistake that explains the tensor, in no order.</summary>
    /// <param name="test">The wrong tensor.</param>
    /// <param name="yours">Its numbers.</param>
    /// <param name="reference">The reference's, [B × …].</param>
    /// <param name="before">The parameter before the descent, for updates.</param>
    /// <param name="facts">The numbers of the case.</param>
    public static IEnumerable<Explanation> Run(ExplanationTest test, Tensor yours, Tensor reference, Tensor? before, ResidualFacts facts)
    {
        var found = new List<Explanation?>();
        foreach (var (name, sentence, factor) in Factors(facts, before is not null))
        {
            found.Add(test.Try(name, sentence, Scaled(reference, before, factor)));
        }

        if (found.TrueForAll(item => item is null) && Fitted(yours, reference, before) is { } fitted)
        {
            found.Add(TryFitted(
                "residual.factor",
                string.Create(CultureInfo.InvariantCulture, $"{(before is null ? "Yours" : "Your update")} is {fitted:R} times the reference's."),
                Scaled(reference, before, _ => fitted)));
        }

        if (before is not null)
        {
            found.Add(test.Try("residual.not-updated", "The parameter is as it was before the descent.", before));
        }

        if (before is not null && Signs(yours, reference, before) is { } signs)
        {
            found.Add(TryFitted("residual.update-sign-alone", "Every entry moves as far as every other, by the sign of its gradient alone.", signs));
        }

        if (Clipped(yours, reference, before) is var (limit, clipped))
        {
            found.Add(TryFitted("residual.clipped", string.Create(CultureInfo.InvariantCulture, $"{(before is null ? "Entries" : "Updates")} beyond ±{limit:G6} are ±{limit:G6}."), clipped));
        }

        found.Add(test.Try("residual.zero", "Everything is zero.", new Tensor(reference.Shape, new double[reference.Values.Length])));
        found.AddRange(Rearrangements(test, reference, before, facts));
        if (before is null && reference.Shape.Count == 3 && reference.Shape[1] > 2 && found.TrueForAll(item => item is null))
        {
            found.Add(TryFitted(
                "residual.same-vector", "The same vector is added at every token, as a bias would be.", WithMeanDifference(yours, reference)));
        }

        return found.OfType<Explanation>();

        Explanation? TryFitted(string name, string sentence, Tensor mistaken) =>
            test.Try(name, sentence, mistaken) is { } explanation ? explanation with { IsFitted = true } : null;
    }

    private static IEnumerable<(string Name, string Sentence, Func<int, double> Factor)> Factors(ResidualFacts facts, bool isUpdate)
    {
        var what = isUpdate ? "The update" : "The result";
        (string Symbol, double Value)[] constants =
        [
            ("C, the number of MLP chunks,", facts.Chunks),
            ("T, the number of tokens,", facts.Tokens),
            ("H, the number of heads,", facts.Heads),
            ("D, the width,", facts.Width),
            ("√(D/H), the root of a head's width,", Math.Sqrt((double)facts.Width / facts.Heads)),
            ("√D, the root of the width,", Math.Sqrt(facts.Width)),
            ("N, the finite-difference scale,", facts.Difference),
            ("2", 2),
            ("ρ = tanh G", facts.Rho),
            ("ρ²", facts.Rho * facts.Rho),
            ("T − 1", facts.Tokens - 1),
        ];
        yield return ("residual.sign", $"{what} has the other sign.", _ => -1);
        foreach (var (symbol, value) in constants.Where(constant => constant.Value is not (0 or 1)))
        {
            yield return ("residual.factor", $"{what} is multiplied by {symbol.TrimEnd(',')}.", _ => value);
            yield return (value == facts.Tokens ? "residual.mean" : "residual.factor", $"{what} is divided by {symbol.TrimEnd(',')}{(value == facts.Tokens ? ": a mean over tokens instead of a sum" : string.Empty)}.", _ => 1 / value);
        }

        if (facts.LearningRate is not 0)
        {
            yield return ("residual.learning-rate", $"{what} is multiplied by η once more.", _ => facts.LearningRate);
            yield return ("residual.learning-rate", $"{what} is not multiplied by η.", _ => 1 / facts.LearningRate);
        }

        if (facts.Trained is { } trained && trained.All(sum => sum > 0))
        {
            yield return ("residual.mean", $"{what} is divided by Σ m, the number of trained tokens: a mean instead of a sum.", b => 1 / trained[b]);
            yield return ("residual.mask-normalised", $"{what} is divided by the mean of the train mask.", b => facts.Tokens / trained[b]);
            yield return ("residual.sum", $"{what} is multiplied by Σ m, the number of trained tokens.", b => trained[b]);
        }
    }

    /// <summary>Exchanges and shifts, of a parameter those of its update.</summary>
    private static IEnumerable<Explanation?> Rearrangements(ExplanationTest test, Tensor reference, Tensor? before, ResidualFacts facts)
    {
        var (shape, isParameter) = (reference.Shape, before is not null);
        var values = reference.Values.ToArray();
        for (var i = 0; before is not null && i < values.Length; i++)
        {
            values[i] -= before.Values[i];
        }

        if (shape.Count < 2)
        {
            yield break;
        }

        if (shape.Count == 3 && shape[1] == shape[2])
        {
            yield return test.Try(
                "residual.transposed", isParameter ? "The update is transposed." : "The matrix is transposed.", Whole(Orders.Transposed(shape, values)));
        }

        if (shape[0] > 1)
        {
            yield return test.Try("residual.first-sequence", "Every sequence has the first one's numbers.", ByIndex(0, (b, _) => 0));
            yield return test.Try("residual.sequences-exchanged", "The sequences are in another order.", ByIndex(0, (b, count) => count - 1 - b));
        }

        if (!isParameter && shape.Count == 3)
        {
            yield return test.Try("residual.shifted", "Every token has the numbers of the one before it.", ByIndex(1, (t, count) => (t + count - 1) % count));
            yield return test.Try("residual.shifted", "Every token has the numbers of the one before it, the first zeros.", ByIndex(1, (t, _) => t - 1));
            yield return test.Try("residual.shifted", "Every token has the numbers of the one after it.", ByIndex(1, (t, count) => (t + 1) % count));
            yield return test.Try("residual.shifted", "Every token has the numbers of the one after it, the last zeros.", ByIndex(1, (t, count) => t + 1 == count ? -1 : t + 1));
            yield return test.Try("residual.reversed", "The tokens are in reverse order.", ByIndex(1, (t, count) => count - 1 - t));
        }

        var last = shape.Count - 1;
        yield return test.Try("residual.coordinates-reversed", "The coordinates are in reverse order.", ByIndex(last, (d, count) => count - 1 - d));
        var (heads, size) = (facts.Heads, facts.Width / Math.Max(1, facts.Heads));
        if (shape[last] == facts.Width && heads > 1 && size > 1)
        {
            yield return test.Try(
                "residual.heads-interleaved",
                "Heads and the coordinates within them are exchanged: [T × H × d] read as [T × d × H].",
                ByIndex(last, (d, _) => (d % heads * size) + (d / heads)));
            yield return test.Try(
                "residual.heads-interleaved",
                "Heads and the coordinates within them are exchanged: [T × d × H] read as [T × H × d].",
                ByIndex(last, (d, _) => (d % size * heads) + (d / size)));
        }

        if (shape[last] == facts.Width && heads is > 1 and <= MostPermutedHeads)
        {
            foreach (var order in Permutations(heads).Skip(1))
            {
                yield return test.Try(
                    "residual.heads-permuted",
                    $"The heads are in the order {string.Join(", ", order)}.",
                    ByIndex(last, (d, _) => (order[d / size] * size) + (d % size)));
            }
        }

        Tensor ByIndex(int axis, Func<int, int, int> from)
        {
            var result = new double[values.Length];
            var (count, inner) = (shape[axis], shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size));
            for (var i = 0; i < result.Length; i++)
            {
                var at = i / inner % count;
                var source = from(at, count);
                result[i] = source < 0 ? 0 : values[i + ((source - at) * inner)];
            }

            return Whole(result);
        }

        Tensor Whole(double[] moved)
        {
            for (var i = 0; before is not null && i < moved.Length; i++)
            {
                moved[i] += before.Values[i];
            }

            return new Tensor(shape, moved);
        }
    }

    private static Tensor Scaled(Tensor reference, Tensor? before, Func<int, double> factor)
    {
        var values = new double[reference.Values.Length];
        var inner = values.Length / Math.Max(1, reference.Shape[0]);
        for (var i = 0; i < values.Length; i++)
        {
            var start = before?.Values[i] ?? 0;
            values[i] = start + (factor(i / inner) * (reference.Values[i] - start));
        }

        return new Tensor(reference.Shape, values);
    }

    /// <summary>The reference clipped to what yours does not exceed; null where that clips nothing, or all but nothing is left.</summary>
    private static (double Limit, Tensor Values)? Clipped(Tensor yours, Tensor reference, Tensor? before)
    {
        double Start(int i) => before?.Values[i] ?? 0;
        double[] values = [.. Enumerable.Range(0, reference.Values.Length).Select(i => reference.Values[i] - Start(i))];
        var limit = Enumerable.Range(0, values.Length).Max(i => Math.Abs(yours.Values[i] - Start(i)));
        return values.Count(value => Math.Abs(value) > limit) is var beyond && beyond > 0 && beyond < values.Length
            ? (limit, new Tensor(reference.Shape, [.. values.Select((value, i) => Start(i) + Math.Clamp(value, -limit, limit))]))
            : null;
    }

    /// <summary>The parameter moved by one number everywhere, with the signs of the right update; null where nothing moves.</summary>
    private static Tensor? Signs(Tensor yours, Tensor reference, Tensor before)
    {
        var most = Enumerable.Range(0, yours.Values.Length).Max(i => Math.Abs(yours.Values[i] - before.Values[i]));
        return most > 0
            ? new Tensor(reference.Shape, [.. Enumerable.Range(0, yours.Values.Length).Select(i => before.Values[i] + (most * Math.Sign(reference.Values[i] - before.Values[i])))])
            : null;
    }

    /// <summary>The factor of least squares; null where the reference is zero.</summary>
    private static double? Fitted(Tensor yours, Tensor reference, Tensor? before)
    {
        double product = 0, square = 0;
        for (var i = 0; i < yours.Values.Length; i++)
        {
            var start = before?.Values[i] ?? 0;
            product += (yours.Values[i] - start) * (reference.Values[i] - start);
            square += (reference.Values[i] - start) * (reference.Values[i] - start);
        }

        return square > 0 && yours.Values.Length > 1 && product / square is var factor && factor is not 0 && double.IsFinite(factor) ? factor : null;
    }

    private static Tensor WithMeanDifference(Tensor yours, Tensor reference)
    {
        var (tokens, width) = (reference.Shape[1], reference.Shape[2]);
        var values = reference.Values.ToArray();
        for (var b = 0; b < reference.Shape[0]; b++)
        {
            for (var d = 0; d < width; d++)
            {
                var sum = 0.0;
                for (var t = 0; t < tokens; t++)
                {
                    var i = (((b * tokens) + t) * width) + d;
                    sum += yours.Values[i] - reference.Values[i];
                }

                for (var t = 0; t < tokens; t++)
                {
                    values[(((b * tokens) + t) * width) + d] += sum / tokens;
                }
            }
        }

        return new Tensor(reference.Shape, values);
    }

    private static IEnumerable<int[]> Permutations(int count)
    {
        if (count == 0)
        {
            yield return [];
            yield break;
        }

        foreach (var rest in Permutations(count - 1))
        {
            for (var at = rest.Length; at >= 0; at--)
            {
                yield return [.. rest.Take(at), count - 1, .. rest.Skip(at)];
            }
        }
    }
}
