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
        ArgumentNullException.ThrowIfNull(valueWeight);
        var size = CheckGradient(heads, g);
        var error = -ScorePathAtInput(heads, g, queryWeight, keyWeight);
        for (var h = 0; h < heads.Count; h++)
        {
            error -= MaskCertificate.DroppedFromValues(heads[h], Columns(g, h, size), trainMask).Multiply(Rows(valueWeight, h, size));
        }

        return error;
    }

    /// <summary>Σ_h (dQ^h W_Q^h + dK^h W_K^h), the score path's gradient at attention's input, [T × D].</summary>
    /// <param name="heads">The heads' forward values.</param>
    /// <param name="g">The gradient at attention's output, [T × D].</param>
    /// <param name="queryWeight">W_Q, [D × D].</param>
    /// <param name="keyWeight">W_K, [D × D].</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Matrix<double> ScorePathAtInput(
        IReadOnlyList<AttentionHead> heads, Matrix<double> g, Matrix<double> queryWeight, Matrix<double> keyWeight)
    {
        ArgumentNullException.ThrowIfNull(queryWeight);
        ArgumentNullException.ThrowIfNull(keyWeight);
        var size = CheckGradient(heads, g);
        var sum = Matrix<double>.Build.Dense(g.RowCount, queryWeight.ColumnCount);
        for (var h = 0; h < heads.Count; h++)
        {
            sum += ScorePathGradient.Of(heads[h], Columns(g, h, size)).AtInput(Rows(queryWeight, h, size), Rows(keyWeight, h, size));
        }

        return sum;
    }

    /// <summary>
    /// Bounds on the rows of <see cref="Error"/>: <see cref="ScorePath"/> + ‖W_V‖·<see cref="Dropped"/>, [T].
    /// </summary>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Vector<double> Bound(
        IReadOnlyList<AttentionHead> heads, Matrix<double> g, Vector<double> trainMask, AttentionNorms norms)
    {
        ArgumentNullException.ThrowIfNull(norms);
        return (ScorePath(heads, g, norms) + (norms.Value * Dropped(heads, g, trainMask))).Map(FloatingPoint.Up);
    }

    /// <summary>
    /// Bounds on the score path's rows that vanish as attention becomes one-hot:
    /// ‖W_Q‖√Σ_h(Query_t^h‖g_t^h‖)² + ‖W_K‖√Σ_h(Σ_i Key_it^h‖g_i^h‖)², [T].
    /// </summary>
    /// <param name="heads">The heads' forward values.</param>
    /// <param name="g">The gradient at attention's output, [T × D].</param>
    /// <param name="norms">Norms of the projections.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Vector<double> ScorePath(IReadOnlyList<AttentionHead> heads, Matrix<double> g, AttentionNorms norms)
    {
        ArgumentNullException.ThrowIfNull(norms);
        var size = CheckGradient(heads, g);
        var (query, key) = (Matrix<double>.Build.Dense(g.RowCount, heads.Count), Matrix<double>.Build.Dense(g.RowCount, heads.Count));
        for (var h = 0; h < heads.Count; h++)
        {
            var gains = ScorePathBound.Of(heads[h]);
            var gradientNorms = RowNorms.Of(Columns(g, h, size));
            query.SetColumn(h, gains.QueryError(gradientNorms));
            key.SetColumn(h, gains.KeyError(gradientNorms));
        }

        return ((norms.Query * RowNorms.Of(query)) + (norms.Key * RowNorms.Of(key))).Map(value => FloatingPoint.Up(value, heads.Count));
    }

    /// <summary>Bounds on ‖R_t‖, what the train mask drops from the gradient of the values, all heads together, [T].</summary>
    /// <param name="heads">The heads' forward values.</param>
    /// <param name="g">The gradient at attention's output, [T × D].</param>
    /// <param name="trainMask">m, [T].</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Vector<double> Dropped(IReadOnlyList<AttentionHead> heads, Matrix<double> g, Vector<double> trainMask)
    {
        var size = CheckGradient(heads, g);
        var dropped = Matrix<double>.Build.Dense(g.RowCount, heads.Count);
        for (var h = 0; h < heads.Count; h++)
        {
            // R is computed with rounding γ_T Σ_j a_ji‖g_j‖ and what T products lose by underflow, which a mask that drops anything pays for.
            var part = Columns(g, h, size);
            var computed = RowNorms.Of(MaskCertificate.DroppedFromValues(heads[h], part, trainMask));
            var rounding = FloatingPoint.Binary64.Gamma(g.RowCount + 1) * heads[h].Weights.LeftMultiply(RowNorms.Of(part));
            var lost = FloatingPoint.Binary64.Underflow(g.RowCount * size);
            dropped.SetColumn(h, computed.Map2((norm, slack) => norm > 0 ? norm + slack + lost : 0, rounding));
        }

        return RowNorms.Of(dropped);
    }

    /// <summary>
    /// Bounds on what a forward pass with other attention weights ã does to the gradient of the values, Σ_j ã_ji g_j − Σ_j a_ji g_j:
    /// Σ_j max_h|ã_ji^h − a_ji^h|·‖g_j‖, row i, [T].
    /// </summary>
    /// <param name="heads">The auxiliary model's heads.</param>
    /// <param name="storedWeights">ã of every head, [T × T] each.</param>
    /// <param name="g">The gradient at attention's output, [T × D].</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static Vector<double> Drift(IReadOnlyList<AttentionHead> heads, IReadOnlyList<Matrix<double>> storedWeights, Matrix<double> g)
    {
        ArgumentNullException.ThrowIfNull(storedWeights);
        CheckGradient(heads, g);
        if (storedWeights.Count != heads.Count)
        {
            throw new RuleViolationException(
                "every head must have its stored weights", $"{storedWeights.Count} for {heads.Count} heads", "pass one matrix a head");
        }

        foreach (var weights in storedWeights)
        {
            Require.Shape(weights, g.RowCount, heads[0].KeyCount, "stored attention weights");
        }

        var largest = Largest(heads.Zip(storedWeights, (head, stored) => (stored - head.Weights).PointwiseAbs()));
        return largest.LeftMultiply(RowNorms.Of(g)).Map(value => FloatingPoint.Up(value, g.RowCount));
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
