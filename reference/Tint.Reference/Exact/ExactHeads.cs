using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Exact;

/// <summary>
/// Softmax attention of many kinds, head by head: s_ij = scale·⟨q_i, k_j⟩ + b_ij, a_i = softmax_j(s_i), o_i = Σ_j a_ij v_j, with all its gradients.
/// </summary>
internal sealed record ExactHeads
{
    /// <summary>H, the query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>The key and value heads; each serves H/count query heads in a row.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>What multiplies ⟨q, k⟩.</summary>
    public required double Scale { get; init; }

    /// <summary>True: token i attends to j ≤ i. False: to all.</summary>
    public bool IsCausal { get; init; } = true;

    /// <summary>b of a head, [T × S]; null for none.</summary>
    public Func<int, Matrix<double>>? Bias { get; init; }

    /// <summary>o, [T × H·d], and its backward step.</summary>
    /// <param name="query">q, [T × H·d].</param>
    /// <param name="key">k, [S × heads·d].</param>
    /// <param name="value">v, as k.</param>
    public (Matrix<double> Output, Func<Matrix<double>, Gradient> Pullback) Attend(
        Matrix<double> query, Matrix<double> key, Matrix<double> value)
    {
        var size = query.ColumnCount / HeadCount;
        Require.Shape(key, key.RowCount, KeyValueHeadCount * size, "keys");
        Require.Shape(value, key.RowCount, KeyValueHeadCount * size, "values");
        var output = Matrix<double>.Build.Dense(query.RowCount, query.ColumnCount);
        var weights = new Matrix<double>[HeadCount];
        for (var head = 0; head < HeadCount; head++)
        {
            weights[head] = Weights(head, Part(query, head, size), Part(key, Shared(head), size));
            output.SetSubMatrix(0, head * size, weights[head] * Part(value, Shared(head), size));
        }

        return (output, g => Backward(weights, query, key, value, g));
    }

    /// <summary>a of every query head, [T × S].</summary>
    /// <param name="query">q, [T × H·d].</param>
    /// <param name="key">k, [S × heads·d].</param>
    public IReadOnlyList<Matrix<double>> AllWeights(Matrix<double> query, Matrix<double> key)
    {
        var size = query.ColumnCount / HeadCount;
        return [.. Enumerable.Range(0, HeadCount).Select(head => Weights(head, Part(query, head, size), Part(key, Shared(head), size)))];
    }

    private Gradient Backward(Matrix<double>[] weights, Matrix<double> query, Matrix<double> key, Matrix<double> value, Matrix<double> gradient)
    {
        var size = query.ColumnCount / HeadCount;
        var result = new Gradient(
            Matrix<double>.Build.Dense(query.RowCount, query.ColumnCount),
            Matrix<double>.Build.Dense(key.RowCount, key.ColumnCount),
            Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount),
            new Matrix<double>[HeadCount]);
        for (var head = 0; head < HeadCount; head++)
        {
            var (a, g, shared) = (weights[head], Part(gradient, head, size), Shared(head));
            var (q, k, v) = (Part(query, head, size), Part(key, shared, size), Part(value, shared, size));

            // forward: o_i = Σ_j a_ij v_j
            AddPart(result.Value, shared, size, a.Transpose() * g);
            var weightGradient = g * v.Transpose();

            // forward: a_i = softmax_j(s_i)
            var scores = ExactSoftmax.Backward(a, weightGradient);
            result.Scores[head] = scores;

            // forward: s_ij = scale·⟨q_i, k_j⟩ + b_ij
            AddPart(result.Query, head, size, Scale * scores * k);
            AddPart(result.Key, shared, size, Scale * scores.Transpose() * q);
        }

        return result;
    }

    private Matrix<double> Weights(int head, Matrix<double> query, Matrix<double> key)
    {
        var scores = query * key.Transpose() * Scale;
        return ExactSoftmax.Forward(Bias is null ? scores : scores + Bias(head), (i, j) => j <= i || !IsCausal);
    }

    private int Shared(int head) => head / (HeadCount / KeyValueHeadCount);

    private static Matrix<double> Part(Matrix<double> matrix, int head, int size) => matrix.SubMatrix(0, matrix.RowCount, head * size, size);

    private static void AddPart(Matrix<double> sum, int head, int size, Matrix<double> part) =>
        sum.SetSubMatrix(0, head * size, Part(sum, head, size) + part);

    /// <summary>The gradients of attention.</summary>
    /// <param name="Query">∂q, [T × H·d].</param>
    /// <param name="Key">∂k, [S × heads·d].</param>
    /// <param name="Value">∂v, as ∂k.</param>
    /// <param name="Scores">∂s of each query head, [T × S].</param>
    public sealed record Gradient(Matrix<double> Query, Matrix<double> Key, Matrix<double> Value, Matrix<double>[] Scores);
}
