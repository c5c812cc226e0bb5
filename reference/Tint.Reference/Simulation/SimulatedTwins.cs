using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

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
        var (result, scale, tokens) = (ColumnMajor.Copy(scores), configuration.TwinScale, configuration.Auxiliary.MaximumPositions);
        ColumnMajor.ForColumns(result, 1, (_, column) => TwinSoftmax.Share(column, tokens, scale));
        return result;
    }

    /// <summary>What the bias heads of a forward module multiply the bias by: φ of the score 1 on prefix 0 among K.</summary>
    public static double BiasFactor(TintConfiguration configuration) => TwinSoftmax.OfOnes(1, configuration.PrefixCount, configuration.TwinScale);

    /// <summary>What the bias heads of a descent multiply Σ g by: φ of the score 1 on each trained token among T_max.</summary>
    public static double BiasFactor(TintConfiguration configuration, int trained) =>
        TwinSoftmax.OfOnes(trained, configuration.Auxiliary.MaximumPositions, configuration.TwinScale);

    /// <summary>M tanh(a/M), what a product of signals has in the place of a, a new matrix.</summary>
    public static Matrix<double> OnItself(TintConfiguration configuration, Matrix<double> scores) =>
        scores.Map(score => TwinSoftmax.Alone(score, configuration.TwinScale), Zeros.Include);

    /// <summary>Columns of one group share a softmax over K pairs, in which pairs that have no column score 0.</summary>
    private static Matrix<double> OnPrefixes(TintConfiguration configuration, Matrix<double> scores, Func<int, int> group)
    {
        var (scale, prefixes) = (configuration.TwinScale, configuration.PrefixCount);
        int[][] groups = [.. Enumerable.Range(0, scores.ColumnCount).GroupBy(group).Select(static columns => columns.ToArray())];
        return ColumnMajor.InGroups(scores, groups, prefixes, row => TwinSoftmax.Share(row, prefixes, scale));
    }
}
