using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// Gains of the dropped score path of one head that vanish as attention becomes one-hot: for any gradient g at the head's output,
/// Σ_j|dS_ij| ≤ Score_i‖g_i‖, ‖dQ_i‖ ≤ Query_i‖g_i‖ and ‖dK_j‖ ≤ Σ_i Key_ij‖g_i‖.
/// </summary>
/// <remarks>
/// With j* the largest weight of row i, δ_j = v_j − v_j*, κ_j = k_j − k_j*, M(·) = Σ_j a_ij‖·_j‖²:
/// Query_i = c√(M(δ)M(κ)), Key_ij = c·a_ij(‖δ_j‖ + Σ_k a_ik‖δ_k‖)‖q_i‖, Score_i = 2Σ_j a_ij‖δ_j‖, which is at most
/// 2(1 − a_ij*)·max_j‖δ_j‖. All carry the term by which Σ_j a_ij differs from 1 in floating point. Derivation: certificates.md, section 3.
/// </remarks>
public sealed class ScorePathBound
{
    private ScorePathBound(int tokens, int keys)
    {
        Score = Vector<double>.Build.Dense(tokens);
        Query = Vector<double>.Build.Dense(tokens);
        Key = Matrix<double>.Build.Dense(tokens, keys);
    }

    /// <summary>Score_i, [T].</summary>
    public Vector<double> Score { get; }

    /// <summary>Query_i, [T].</summary>
    public Vector<double> Query { get; }

    /// <summary>Key_ij, row i the query, [T × S].</summary>
    public Matrix<double> Key { get; }

    /// <summary>Computes the gains of one head.</summary>
    public static ScorePathBound Of(AttentionHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        var bound = new ScorePathBound(head.TokenCount, head.KeyCount);
        for (var i = 0; i < head.TokenCount; i++)
        {
            bound.FillRow(head, i);
        }

        return bound;
    }

    /// <summary>Bounds on ‖dQ_i‖ for gradients with ‖g_i‖ ≤ <paramref name="gradientNorms"/>_i, [T].</summary>
    public Vector<double> QueryError(Vector<double> gradientNorms)
    {
        ArgumentNullException.ThrowIfNull(gradientNorms);
        Require.Length(gradientNorms, Query.Count, "the norms of the gradient's rows");
        return Query.PointwiseMultiply(gradientNorms).Map(FloatingPoint.Up);
    }

    /// <summary>Bounds on ‖dK_j‖ for gradients with ‖g_i‖ ≤ <paramref name="gradientNorms"/>_i, [S].</summary>
    public Vector<double> KeyError(Vector<double> gradientNorms)
    {
        ArgumentNullException.ThrowIfNull(gradientNorms);
        Require.Length(gradientNorms, Query.Count, "the norms of the gradient's rows");
        return Key.LeftMultiply(gradientNorms).Map(value => FloatingPoint.Up(value, Query.Count));
    }

    private void FillRow(AttentionHead head, int i)
    {
        var (peak, seen) = (0, head.Seen(i));
        var mass = 0.0;
        for (var j = 0; j < seen; j++)
        {
            mass += head.Weights.At(i, j);
            peak = head.Weights.At(i, j) > head.Weights.At(i, peak) ? j : peak;
        }

        var rounding = FloatingPoint.Binary64.Gamma(seen) * mass;
        var defect = Math.Abs(1 - mass) + rounding;
        if (!(mass <= 2))
        {
            throw new RuleViolationException("a row of attention weights must add up to 1", $"{mass} in row {i}", "pass softmax weights");
        }

        // √M(δ) and √M(κ) as norms of √a_ij‖·_j‖, whose squares may be subnormal.
        var first = 0.0;
        var (values, weighted, keys) = (new double[seen], Vector<double>.Build.Dense(seen), Vector<double>.Build.Dense(seen));
        for (var j = 0; j < seen; j++)
        {
            values[j] = Distance(head.Value, j, peak);
            first += head.Weights.At(i, j) * values[j];
            weighted.At(j, Math.Sqrt(head.Weights.At(i, j)) * values[j]);
            keys.At(j, Math.Sqrt(head.Weights.At(i, j)) * Distance(head.Key, j, peak));
        }

        var (root, keyRoot) = (RowNorms.TwoNorm(weighted), RowNorms.TwoNorm(keys));

        // Where Σ_j a_ij = 1 the second half of each line is 0.
        var c = head.ScoreScale;
        var peakValue = RowNorms.TwoNorm(head.Value.Row(peak));
        var peakKey = RowNorms.TwoNorm(head.Key.Row(peak));
        var query = RowNorms.TwoNorm(head.Query.Row(i));
        Score.At(i, Up((first * (1 + mass)) + (mass * defect * peakValue)));
        Query.At(i, Up(c * ((root * keyRoot)
            + (defect * peakValue * Math.Sqrt(mass) * keyRoot)
            + (defect * (first + (mass * peakValue)) * peakKey))));
        for (var j = 0; j < seen; j++)
        {
            Key.At(i, j, Up(c * head.Weights.At(i, j) * (values[j] + first + (defect * peakValue)) * query));
        }

        double Up(double value) => FloatingPoint.Up(value, seen + (2L * head.Value.ColumnCount));
    }

    private static double Distance(Matrix<double> rows, int j, int peak) => RowNorms.TwoNorm(rows.Row(j) - rows.Row(peak));
}
