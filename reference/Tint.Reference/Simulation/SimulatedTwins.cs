using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.PrimeFields;

namespace Tint.Reference.Simulation;

/// <summary>
/// What softmax attention over positions and their twins computes in place of linear attention, in closed form: a score s counts as φ(s) = P·M sinh(s/M)/Σ cosh(s′/M), the sum over
/// the P pairs of its softmax.
/// </summary>
/// <remarks>
/// The linear modules' heads say which scores share a softmax. <b>Forward.</b> Head (i, j) scores shard j of the input on row kn + i of prefix k: W x is a sum over shards of φ(W_rs x_s), the rows that are alike
/// modulo n together; the bias heads score 1 on prefix 0 and 0 on the others. <b>Backward.</b> Its score on prefix k is g_{kn+i}: φ(G) W. <b>Descent.</b> The scores are those of forward's gradient
/// on one prefix, g_tr over the tokens, T_max in all, of which those that are not trained on score 0: φ(G)ᵀX; the bias heads score 1 on each trained token.
/// <b>Products.</b> One pair: M tanh(a/M) b.
/// Source: C40.
/// </remarks>
internal static class SimulatedTwins
{
    /// <summary>Beyond this exponent sums of hyperbolic cosines are taken relative to the largest.</summary>
    private const double LargestExponent = 300;

    /// <summary>X Wᵀ as the weight heads of a forward module compute it, [T × out].</summary>
    public static Matrix<double> Product(TintConfiguration configuration, Matrix<double> x, Matrix<double> weight)
    {
        var (shard, result) = (configuration.PrefixCount, Matrix<double>.Build.Dense(x.RowCount, weight.RowCount));
        for (var first = 0; first < weight.ColumnCount; first += shard)
        {
            var width = Math.Min(shard, weight.ColumnCount - first);
            var scores = ColumnMajor.ProductWithTransposed(
                x.SubMatrix(0, x.RowCount, first, width), weight.SubMatrix(0, weight.RowCount, first, width));
            ColumnMajor.AddTo(result, OnPrefixes(configuration, scores));
        }

        return result;
    }

    /// <summary>φ of the scores g_{kn+i} that head i has on prefix k, [T × out].</summary>
    public static Matrix<double> OnPrefixes(TintConfiguration configuration, Matrix<double> scores) =>
        OnPrefixes(configuration, scores, column => Softmax(configuration, column));

    /// <summary>Which softmax the score of a row of the weight is in: rows that are alike modulo n share one, in each chunk of D_aux.</summary>
    public static int Softmax(TintConfiguration configuration, int row)
    {
        var (width, rows) = (configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix);
        return (row / width * rows) + (row % rows);
    }

    /// <summary>φ of the scores γ_r x_r of a diagonal weight: rows of one shard that are alike modulo n share a softmax, in which all others score 0.</summary>
    public static Matrix<double> OnDiagonal(TintConfiguration configuration, Matrix<double> scores)
    {
        var (shard, rows) = (configuration.PrefixCount, configuration.RowsPerPrefix);
        return OnPrefixes(configuration, scores, column => (column / shard * rows) + (column % rows));
    }

    /// <summary>φ of the scores g_tr that the trained tokens have at the prefix of row r, [trained × out].</summary>
    public static Matrix<double> OnTokens(TintConfiguration configuration, Matrix<double> scores)
    {
        var result = ColumnMajor.Wrap(scores.RowCount, scores.ColumnCount, [.. ColumnMajor.Entries(scores)]);
        ColumnMajor.ForColumns(
            scores.RowCount, scores.ColumnCount, column => Share(ColumnMajor.Column(result, column), configuration.Auxiliary.MaximumPositions, configuration.TwinScale));
        return result;
    }

    /// <summary>What the bias heads of a forward module multiply the bias by: φ of the score 1 on prefix 0 among K.</summary>
    public static double BiasFactor(TintConfiguration configuration) => OfOnes(configuration.TwinScale, 1, configuration.PrefixCount);

    /// <summary>What the bias heads of a descent multiply Σ g by: φ of the score 1 on each trained token among T_max.</summary>
    public static double BiasFactor(TintConfiguration configuration, int trained) =>
        OfOnes(configuration.TwinScale, trained, configuration.Auxiliary.MaximumPositions);

    /// <summary>M tanh(a/M), what a product of signals has in the place of a, a new matrix.</summary>
    public static Matrix<double> OnItself(TintConfiguration configuration, Matrix<double> scores) => scores.Map(
        score =>
        {
            Span<double> pair = [score];
            Share(pair, 1, configuration.TwinScale);
            return pair[0];
        },
        Zeros.Include);

    /// <summary>φ of a score of 1 that as many pairs have, the others 0.</summary>
    private static double OfOnes(double scale, int ones, int places)
    {
        var scores = new double[ones];
        Array.Fill(scores, 1);
        Share(scores, places, scale);
        return ones == 0 ? 0 : scores[0];
    }

    /// <summary>Columns of one group share a softmax over K pairs, in which pairs that have no column score 0.</summary>
    private static Matrix<double> OnPrefixes(TintConfiguration configuration, Matrix<double> scores, Func<int, int> group)
    {
        var (scale, prefixes, tokens) = (configuration.TwinScale, configuration.PrefixCount, scores.RowCount);
        var entries = ColumnMajor.Entries(scores);
        var result = LargeObjects.Uninitialized(entries.Length);
        var groups = Enumerable.Range(0, scores.ColumnCount).GroupBy(group).Select(static columns => columns.ToArray()).ToArray();
        Parallelism.ForRanges(groups.Length, (long)tokens * prefixes, (from, to) =>
        {
            foreach (var columns in groups.AsSpan(from, to - from))
            {
                var row = new double[columns.Length];
                for (var t = 0; t < tokens; t++)
                {
                    for (var i = 0; i < row.Length; i++)
                    {
                        row[i] = entries[(columns[i] * tokens) + t];
                    }

                    Share(row, prefixes, scale);
                    for (var i = 0; i < row.Length; i++)
                    {
                        result[(columns[i] * tokens) + t] = row[i];
                    }
                }
            }
        });
        return ColumnMajor.Wrap(tokens, scores.ColumnCount, result);
    }

    /// <summary>φ of scores that share a softmax with as many pairs of score 0 as make <paramref name="pairs"/> in all, in place.</summary>
    private static void Share(Span<double> scores, int pairs, double scale)
    {
        if (FieldLoops.Current is { } field)
        {
            field.Twins(scores, pairs, scale);
            return;
        }

        var largest = 0.0;
        foreach (var score in scores)
        {
            largest = Math.Max(largest, Math.Abs(score / scale));
        }

        var sum = (pairs - scores.Length) * Cosh(0, largest);
        foreach (var score in scores)
        {
            sum += Cosh(score / scale, largest);
        }

        foreach (ref var score in scores)
        {
            score = pairs * scale * (Sinh(score / scale, largest) / sum);
        }
    }

    /// <summary>sinh a, or, where the largest exponent m of the softmax is large, sinh a/eᵐ.</summary>
    private static double Sinh(double a, double largest) =>
        largest <= LargestExponent ? Math.Sinh(a) : Math.Sign(a) * (Math.Exp(Math.Abs(a) - largest) - Math.Exp(-Math.Abs(a) - largest)) / 2;

    private static double Cosh(double a, double largest) =>
        largest <= LargestExponent ? Math.Cosh(a) : (Math.Exp(Math.Abs(a) - largest) + Math.Exp(-Math.Abs(a) - largest)) / 2;
}
