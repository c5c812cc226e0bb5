using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Judging;
using Tint.Oracle.Tracing;
using Tint.Reference.Auxiliary;

namespace Tint.Oracle.Explaining;

/// <summary>Asks of a wrong step whether it is right with another number in the place of one that it depends on: eps, N, the factor of scores or of logits.</summary>
/// <remarks>The number is sought on a grid of powers and then by golden section, down to where the error stops falling.</remarks>
/// <param name="wrong">The wrong step.</param>
internal sealed class Scalars(WrongStep wrong)
{
    private const int GridPerDecade = 6;
    private const int Decades = 8;
    private const int Refinements = 90;

    /// <summary>Every number that explains the step.</summary>
    public IEnumerable<Explanation?> Run()
    {
        for (var scalar = 0; scalar < wrong.Pieces.Min(piece => piece.Scalars.Count); scalar++)
        {
            var (what, own, _) = wrong.Pieces[0].Scalars[scalar];
            var at = scalar;
            Matrix<double> With(TraceStep piece, double logarithm) => piece.Scalars[at].With(own * Math.Pow(10, logarithm));
            var found = Sought(logarithm => Distance(ModelReference.Assemble(wrong.Pieces, piece => With(piece, logarithm))));
            yield return wrong.Fitted(
                "option.other-number", WrongStep.Text($"{WrongStep.Capital(what)} is {own * Math.Pow(10, found):G9}, not {own:R}."), piece => With(piece, found));
        }
    }

    private double Distance(Tensor mistaken)
    {
        var sum = 0.0;
        for (var i = 0; i < mistaken.Values.Length; i++)
        {
            var rest = mistaken.Values[i] - wrong.Test.Yours.Values[i];
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
