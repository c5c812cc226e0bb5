using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Tracing;

namespace Tint.Oracle.Explaining;

/// <summary>Asks of a wrong step whether it is right with other weights of its tokens than the masks', or with other rows of a table than theirs.</summary>
/// <param name="wrong">The wrong step.</param>
internal sealed class TokenSubstitutions(WrongStep wrong)
{
    /// <summary>Every substitution that explains the step.</summary>
    public IEnumerable<Explanation?> Run() => [Tokens(), Rows(), .. Tables()];

    /// <summary>Other weights of the tokens than the train mask, fitted; there are fewer of them than equations.</summary>
    private Explanation? Tokens()
    {
        if (wrong.Pieces.Any(piece => piece.Share is null || piece.Before is null))
        {
            return null;
        }

        var fitted = new Dictionary<int, Vector<double>>();
        foreach (var sequence in wrong.Pieces.GroupBy(piece => piece.Sequence))
        {
            TraceStep[] own = [.. sequence];
            var tokens = wrong.Before.First(item => item.Step.Sequence == sequence.Key).Value.RowCount;
            var columns = Enumerable.Range(0, tokens).Select(t => Vector<double>.Build.DenseOfEnumerable(own.SelectMany(piece => piece.Share!(t).Enumerate()))).ToArray();
            var wanted = Vector<double>.Build.DenseOfEnumerable(own.SelectMany(piece => (wrong.Yours(piece) - piece.Before!).Enumerate()));
            if (wanted.Count < 2 * tokens)
            {
                return null;
            }

            // A token whose gradient is zero counts whatever it counts.
            int[] counted = [.. Enumerable.Range(0, tokens).Where(t => columns[t].L2Norm() > 0)];
            var weightsOfCounted = Matrix<double>.Build.DenseOfColumnVectors(counted.Select(t => columns[t])).QR().Solve(wanted);
            fitted[sequence.Key] = Vector<double>.Build.Dense(tokens, t => Array.IndexOf(counted, t) is var at and >= 0 ? weightsOfCounted[at] : 0);
        }

        if (fitted.Values.All(IsFactor))
        {
            return null;
        }

        var weights = fitted[wrong.Pieces[0].Sequence];
        var words = string.Join(", ", weights.Select(weight => weight.ToString("0.###", CultureInfo.InvariantCulture)));
        return wrong.Fitted("descent.weights-of-tokens", $"The tokens count with ({words}), not with the train mask.", piece =>
        {
            var own = fitted[piece.Sequence];
            return own.Select((weight, t) => weight * piece.Share!(t)).Aggregate(piece.Before!, (sum, share) => sum + share);
        });
    }

    /// <summary>Whether as many tokens as the train mask has count alike, and not once: that is a factor, which other explanations name.</summary>
    private bool IsFactor(Vector<double> weights)
    {
        double[] counted = [.. weights.Where(weight => Math.Abs(weight) > WrongStep.Same)];
        return counted.Length > 0
            && Math.Abs(counted[0] - 1) > WrongStep.Same
            && Array.TrueForAll(counted, weight => Math.Abs(weight - counted[0]) < WrongStep.Same * Math.Abs(counted[0]))
            && (wrong.Pieces[0].Input?.TrainMask is null || wrong.Pieces.Any(piece => piece.Input?.TrainMask?.Count(trained => trained != 0) == counted.Length));
    }

    /// <summary>Other weights of the tokens' own rows, fitted.</summary>
    private Explanation? Rows()
    {
        if (wrong.Pieces.Any(piece => piece.Rows is null))
        {
            return null;
        }

        var fitted = wrong.Pieces.ToDictionary(piece => piece.Sequence, piece =>
        {
            var (rows, yours) = (piece.Rows!(), wrong.Yours(piece));
            return (Rows: rows, Weights: Vector<double>.Build.Dense(rows.RowCount, t => rows.Row(t) * rows.Row(t) is var square and > 0 ? rows.Row(t) * yours.Row(t) / square : 0));
        });
        var words = string.Join("; ", fitted.Select(item => string.Join(", ", item.Value.Weights.Select(weight => weight.ToString("0.###", CultureInfo.InvariantCulture)))));
        return wrong.Fitted("rows.weights-of-tokens", $"The tokens count with ({words}), not as the masks say.", piece =>
            fitted[piece.Sequence].Rows.MapIndexed((t, _, value) => fitted[piece.Sequence].Weights[t] * value));
    }

    /// <summary>Each token's row is made with some row of a table, not with its own.</summary>
    private IEnumerable<Explanation?> Tables()
    {
        for (var index = 0; index < wrong.Pieces.Min(piece => piece.Tables.Count); index++)
        {
            var at = index;
            var chosen = wrong.Pieces.ToDictionary(piece => piece.Sequence, piece =>
            {
                var (yours, table) = (wrong.Yours(piece), piece.Tables[at]);
                return Enumerable.Range(0, yours.RowCount).Select(t => Enumerable.Range(-1, table.Rows + 1)
                    .MinBy(row => (yours.Row(t) - table.With(t, row)).L2Norm())).ToArray();
            });
            var words = string.Join("; ", chosen.Select(item => string.Join(", ", item.Value.Select(row => row < 0 ? "none" : $"{row}"))));
            yield return wrong.Fitted("rows.of-table", $"{WrongStep.Capital(wrong.Pieces[0].Tables[at].What)} are ({words}).", piece => Matrix<double>.Build.DenseOfRows(
                chosen[piece.Sequence].Select((row, t) => piece.Tables[at].With(t, row))));
        }
    }
}
