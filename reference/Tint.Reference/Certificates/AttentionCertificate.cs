using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// TinT's attention backward against the exact one, all heads together: the error at attention's input is
/// −Σ_h (dQ^h W_Q^h + dK^h W_K^h) (the score path) − R W_V (what the train mask drops), and nothing else.
/// </summary>
/// <remarks>Head h owns columns h·d … of g and rows h·d … of the projections.</remarks>
public static class AttentionCertificate
{
    /// <summary>The error itself, [T × D].</summary>
    /// <param name="heads">The heads' forward values.</param>
    /// <param name="g">The gradient at attention's output, before the output projection, [T × D].</param>
    /// <param name="trainMask">m, [T].</param>
    /// <param name="queryWeight">W_Q, [D × D].</param>
    /// <param name="keyWeight">W_K, [D × D].</param>
    /// <param name="valueWeight">W_V, [D × D].</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Matrix<double> Error(
        IReadOnlyList<AttentionHead> heads,
        Matrix<double> g,
        Vector<double> trainMask,
        Matrix<double> queryWeight,
        Matrix<double> keyWeight,
        Matrix<double> valueWeight)
    {
        ArgumentNullException.ThrowIfNull(queryWeight);
        ArgumentNullException.ThrowIfNull(keyWeight);
        ArgumentNullException.ThrowIfNull(valueWeight);
        var size = CheckGradient(heads, g);
        var error = Matrix<double>.Build.Dense(g.RowCount, queryWeight.ColumnCount);
        for (var h = 0; h < heads.Count; h++)
        {
            var part = Columns(g, h, size);
            var scorePath = ScorePathGradient.Of(heads[h], part);
            error -= scorePath.AtInput(Rows(queryWeight, h, size), Rows(keyWeight, h, size));
            error -= MaskCertificate.DroppedFromValues(heads[h], part, trainMask).Multiply(Rows(valueWeight, h, size));
        }

        return error;
    }

    /// <summary>
    /// Bounds on the rows of <see cref="Error"/> that vanish as attention becomes one-hot and where the mask drops nothing:
    /// ‖W_Q‖√Σ_h(Query_t^h‖g_t^h‖)² + ‖W_K‖√Σ_h(Σ_i Key_it^h‖g_i^h‖)² + ‖W_V‖‖R_t‖, [T].
    /// </summary>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Vector<double> Bound(
        IReadOnlyList<AttentionHead> heads, Matrix<double> g, Vector<double> trainMask, AttentionNorms norms)
    {
        ArgumentNullException.ThrowIfNull(norms);
        var size = CheckGradient(heads, g);
        var query = Vector<double>.Build.Dense(g.RowCount);
        var key = Vector<double>.Build.Dense(g.RowCount);
        var dropped = Vector<double>.Build.Dense(g.RowCount);
        for (var h = 0; h < heads.Count; h++)
        {
            var part = Columns(g, h, size);
            var gains = ScorePathBound.Of(heads[h]);
            var gradientNorms = RowNorms.Of(part);
            query += gains.QueryError(gradientNorms).PointwisePower(2);
            key += gains.KeyError(gradientNorms).PointwisePower(2);

            // R is computed with rounding γ_T Σ_j a_ji‖g_j‖, which a mask that drops anything pays for.
            var computed = RowNorms.Of(MaskCertificate.DroppedFromValues(heads[h], part, trainMask));
            var rounding = FloatingPoint.Binary64.Gamma(g.RowCount + 1) * heads[h].Weights.LeftMultiply(gradientNorms);
            dropped += computed.Map2((norm, slack) => norm > 0 ? (norm + slack) * (norm + slack) : 0, rounding);
        }

        var sum = (norms.Query * query.PointwiseSqrt()) + (norms.Key * key.PointwiseSqrt()) + (norms.Value * dropped.PointwiseSqrt());
        return sum.Map(FloatingPoint.Up);
    }

    /// <summary>
    /// Bounds on what a forward pass with other attention weights ã does to W_Vᵀ Σ_j a_ji g_j:
    /// ‖W_V‖ Σ_j max_h|ã_ji^h − a_ji^h|·‖g_j‖, row i, [T].
    /// </summary>
    /// <param name="heads">The auxiliary model's heads.</param>
    /// <param name="stored">The heads as the simulated forward pass has them.</param>
    /// <param name="g">The gradient at attention's output, [T × D].</param>
    /// <param name="valueNorm">‖W_V‖₂.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Vector<double> Drift(
        IReadOnlyList<AttentionHead> heads, IReadOnlyList<AttentionHead> stored, Matrix<double> g, double valueNorm)
    {
        ArgumentNullException.ThrowIfNull(stored);
        CheckGradient(heads, g);
        CheckGradient(stored, g);
        var largest = Largest(heads.Zip(stored, (head, other) => (other.Weights - head.Weights).PointwiseAbs()));
        return (valueNorm * largest.LeftMultiply(RowNorms.Of(g))).Map(value => FloatingPoint.Up(value, g.RowCount));
    }

    /// <summary>max over heads, entry by entry.</summary>
    internal static Matrix<double> Largest(IEnumerable<Matrix<double>> perHead) =>
        perHead.Aggregate((left, right) => left.PointwiseMaximum(right));

    private static int CheckGradient(IReadOnlyList<AttentionHead> heads, Matrix<double> g)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(g);
        if (heads.Count == 0)
        {
            throw new RuleViolationException("attention must have a head", "none", "pass one or more heads");
        }

        var size = heads[0].Value.ColumnCount;
        Require.Shape(g, heads[0].TokenCount, heads.Count * size, "the gradient at attention's output");
        return size;
    }

    private static Matrix<double> Columns(Matrix<double> matrix, int head, int size) =>
        matrix.SubMatrix(0, matrix.RowCount, head * size, size);

    private static Matrix<double> Rows(Matrix<double> matrix, int head, int size) =>
        matrix.SubMatrix(head * size, size, 0, matrix.ColumnCount);
}
