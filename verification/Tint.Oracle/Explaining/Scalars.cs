using System.Globalization;
using Tint.Oracle.Judging;
using Tint.Oracle.Tracing;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>Asks of a wrong step whether it is right with another number in the place of one that it depends on: eps, N, the factor of scores or of logits.</summary>
/// <remarks>The number is sought on a grid of powers and then by golden section, down to where the error stops falling.</remarks>
/// <param name="test">The wrong step.</param>
/// <param name="pieces">Its pieces, of all sequences and chunks.</param>
internal sealed class Scalars(ExplanationTest test, IReadOnlyList<TraceStep> pieces)
{
    private const int GridPerDecade = 6;
    private const int Decades = 8;
    private const int Refinements = 90;

    /// <summary>Every number that explains the step.</summary>
    public IEnumerable<Explanation?> Run()
    {
        for (var scalar = 0; scalar < pieces.Min(piece => piece.Scalars.Count); scalar++)
        {
            var (what, own, _) = pieces[0].Scalars[scalar];
            var at = scalar;
            Tensor With(double logarithm) => ModelReference.Assemble(pieces, piece => piece.Scalars[at].With(own * Math.Pow(10, logarithm)));
            var found = Sought(logarithm => Distance(With(logarithm)));
            var explanation = test.Try(
                "option.other-number",
                string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(what[0])}{what[1..]} is {own * Math.Pow(10, found):G9}, not {own:R}."),
                With(found));
            yield return explanation is null ? null : explanation with { IsFitted = true };
        }
    }

    private double Distance(Tensor mistaken)
    {
        var sum = 0.0;
        for (var i = 0; i < mistaken.Values.Length; i++)
        {
            var rest = mistaken.Values[i] - test.Yours.Values[i];
            sum += rest * rest;
        }

        return double.IsFinite(sum) ? sum : double.MaxValue;
    }

    private static double Sought(Func<double, double> distance)
    {
        var best = Enumerable.Range(-Decades * GridPerDecade, (2 * Decades * GridPerDecade) + 1).Select(step => (double)step / GridPerDecade).MinBy(distance);
        var (low, high, golden) = (best - (1.0 / GridPerDecade), best + (1.0 / GridPerDecade), (Math.Sqrt(5) - 1) / 2);
        var (left, right) = (high - (golden * (high - low)), low + (golden * (high - low)));
        var (atLeft, atRight) = (distance(left), distance(right));
        for (var i = 0; i < Refinements && high - low > 1e-14; i++)
        {
            if (atLeft < atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = distance(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = distance(right);
            }
        }

        return (low + high) / 2;
    }
}
