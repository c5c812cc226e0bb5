using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>Causal softmax attention of the auxiliary model and its exact backward pass, both paths apart.</summary>
/// <remarks>
/// Head by head, d = D_aux/H_aux: s_ij = ⟨q_i, k_j⟩/√d for j ≤ i (and, with an icl mask, where entry (i, j) is 1), a_i = softmax_j(s_i),
/// o_i = Σ_j a_ij v_j.
/// </remarks>
public static class ExactAttention
{
    /// <summary>Runs every head.</summary>
    /// <param name="query">Q, [T × D_aux].</param>
    /// <param name="key">K, [T × D_aux].</param>
    /// <param name="value">V, [T × D_aux].</param>
    /// <param name="headCount">H_aux.</param>
    /// <param name="iclMask">The pairs that attention may use, [T × T] of 0 and 1; null allows all j ≤ i.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a token may attend to nothing.</exception>
    public static ExactAttentionForward Forward(
        Matrix<double> query, Matrix<double> key, Matrix<double> value, int headCount, Matrix<double>? iclMask = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        CheckShapes(query, headCount, iclMask);
        Require.Shape(key, query.RowCount, query.ColumnCount, "keys");
        Require.Shape(value, query.RowCount, query.ColumnCount, "values");
        var output = Matrix<double>.Build.Dense(query.RowCount, query.ColumnCount);
        for (var head = 0; head < headCount; head++)
        {
            var weights = HeadWeights(Head(query, head, headCount), Head(key, head, headCount), iclMask);
            SetHead(output, head, headCount, ColumnMajor.Product(weights, Head(value, head, headCount)));
        }

        return new ExactAttentionForward(query, key, value, output);
    }

    /// <summary>The attention weights a of one head, [T × T]; row i is token i's and sums to 1.</summary>
    /// <param name="forward">The forward pass.</param>
    /// <param name="head">The head, 0 … H_aux − 1.</param>
    /// <param name="headCount">H_aux.</param>
    /// <param name="iclMask">The mask of the forward pass.</param>
    /// <exception cref="RuleViolationException">There is no such head, or a shape does not fit.</exception>
    public static Matrix<double> Weights(ExactAttentionForward forward, int head, int headCount, Matrix<double>? iclMask = null)
    {
        ArgumentNullException.ThrowIfNull(forward);
        CheckShapes(forward.Query, headCount, iclMask);
        if (head < 0 || head >= headCount)
        {
            throw new RuleViolationException($"the head must lie in 0 … {headCount - 1}", $"{head}", "use another head");
        }

        return HeadWeights(Head(forward.Query, head, headCount), Head(forward.Key, head, headCount), iclMask);
    }

    /// <summary>The gradient with respect to Q, K and V.</summary>
    /// <param name="forward">What the forward pass kept.</param>
    /// <param name="outputGradient">g = ∂o, [T × D_aux].</param>
    /// <param name="headCount">H_aux.</param>
    /// <param name="iclMask">The mask of the forward pass.</param>
    /// <remarks>
    /// Value path: ∂v_j = Σ_i a_ij g_i. Score path: ∂a_ij = ⟨g_i, v_j⟩, ∂s_ij = a_ij (∂a_ij − Σ_l a_il ∂a_il), ∂q_i = Σ_j ∂s_ij k_j/√d,
    /// ∂k_j = Σ_i ∂s_ij q_i/√d. Where a_i is one-hot, ∂s_i vanishes.
    /// </remarks>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static ExactAttentionGradient Backward(
        ExactAttentionForward forward, Matrix<double> outputGradient, int headCount, Matrix<double>? iclMask = null)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(outputGradient);
        CheckShapes(forward.Query, headCount, iclMask);
        int tokens = forward.Query.RowCount, width = forward.Query.ColumnCount;
        Require.Shape(outputGradient, tokens, width, "attention's output gradient");
        var queryGradient = Matrix<double>.Build.Dense(tokens, width);
        var keyGradient = Matrix<double>.Build.Dense(tokens, width);
        var valueGradient = Matrix<double>.Build.Dense(tokens, width);
        for (var head = 0; head < headCount; head++)
        {
            var (q, k, v) = (Head(forward.Query, head, headCount), Head(forward.Key, head, headCount), Head(forward.Value, head, headCount));
            var g = Head(outputGradient, head, headCount);
            var weights = HeadWeights(q, k, iclMask);

            // forward: o_i = Σ_j a_ij v_j
            SetHead(valueGradient, head, headCount, ColumnMajor.ProductOfTransposed(weights, g));

            // forward: a_i = softmax_j(s_i)
            var scores = ExactSoftmax.Backward(weights, ColumnMajor.ProductWithTransposed(g, v));

            // forward: s_ij = ⟨q_i, k_j⟩/√d
            var scale = 1 / Math.Sqrt(q.ColumnCount);
            SetHead(queryGradient, head, headCount, ColumnMajor.Product(scores, k) * scale);
            SetHead(keyGradient, head, headCount, ColumnMajor.ProductOfTransposed(scores, q) * scale);
        }

        return new ExactAttentionGradient(queryGradient, keyGradient, valueGradient);
    }

    /// <summary>a of one head, [queries × keys].</summary>
    private static Matrix<double> HeadWeights(Matrix<double> query, Matrix<double> key, Matrix<double>? iclMask)
    {
        // s_ij = ⟨q_i, k_j⟩/√d
        var scores = ColumnMajor.Scaled(ColumnMajor.ProductWithTransposed(query, key), 1 / Math.Sqrt(query.ColumnCount));

        // a_i = softmax over the allowed j of s_i
        return ExactSoftmax.Forward(scores, (i, j) => j <= i && (iclMask is null || iclMask.At(i, j) != 0));
    }

    private static Matrix<double> Head(Matrix<double> matrix, int head, int headCount)
    {
        var size = matrix.ColumnCount / headCount;
        return matrix.SubMatrix(0, matrix.RowCount, head * size, size);
    }

    private static void SetHead(Matrix<double> matrix, int head, int headCount, Matrix<double> part) =>
        matrix.SetSubMatrix(0, head * (matrix.ColumnCount / headCount), part);

    private static void CheckShapes(Matrix<double> query, int headCount, Matrix<double>? iclMask)
    {
        if (headCount < 1 || query.ColumnCount % headCount != 0)
        {
            throw new RuleViolationException(
                "Auxiliary.HeadCount must divide the width of queries", $"{headCount} heads for width {query.ColumnCount}", "use a divisor");
        }

        if (iclMask is not null)
        {
            Require.Shape(iclMask, query.RowCount, query.RowCount, "icl_mask");
        }
    }
}
