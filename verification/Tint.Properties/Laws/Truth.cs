using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference.Certificates;
using Tint.Reference.Exact;
using Tint.Reference.Simulation;

namespace Tint.Properties.Laws;

/// <summary>The auxiliary model's attention at a case's signal, exact, with what certificates need of it.</summary>
internal sealed class Truth
{
    private Truth(LawCase item)
    {
        var (layer, heads, icl) = (item.Layer, item.Auxiliary.HeadCount, item.Sequence.IclMask);
        Forward = ExactAttention.Forward(
            ExactLinear.Forward(layer.Query, item.Signal),
            ExactLinear.Forward(layer.Key, item.Signal),
            ExactLinear.Forward(layer.Value, item.Signal),
            heads,
            icl);
        var (size, gradient) = (item.Auxiliary.HeadSize, ExactAttention.Backward(Forward, item.Gradient, heads, icl));
        Heads = [.. Enumerable.Range(0, heads).Select(head => new AttentionHead(
            ExactAttention.Weights(Forward, head, heads, icl),
            Part(Forward.Query, head),
            Part(Forward.Key, head),
            Part(Forward.Value, head),
            1 / Math.Sqrt(size)))];
        InputGradient = gradient.Query.Multiply(layer.Query.Weight)
            + gradient.Key.Multiply(layer.Key.Weight)
            + gradient.Value.Multiply(layer.Value.Weight);
        Memory = new AttentionMemory(Forward.Query, Forward.Key, item.Signal);
        ScoreRounding = Rounding(item, Part);

        Matrix<double> Part(Matrix<double> matrix, int head) => matrix.SubMatrix(0, matrix.RowCount, head * size, size);
    }

    /// <summary>Queries, keys, values, output.</summary>
    public ExactAttentionForward Forward { get; }

    /// <summary>The heads.</summary>
    public IReadOnlyList<AttentionHead> Heads { get; }

    /// <summary>The exact gradient at attention's input, score path included, [T × D].</summary>
    public Matrix<double> InputGradient { get; }

    /// <summary>The memory that a forward pass with gates of 1 would leave, to the last bit.</summary>
    public AttentionMemory Memory { get; }

    /// <summary>What rounding can do to the score path, computed twice, entry by entry, [T × D].</summary>
    public Matrix<double> ScoreRounding { get; }

    public static Truth Of(LawCase item) => new(item);

    /// <remarks>
    /// The path with absolute values in every product, c(A∘(|g||V|ᵀ + its mean))|K||W_Q| and the same for keys, times the roundings of its three
    /// products and of a softmax whose exponents are good to u times the largest score: γ_{2(T + 2D) + 32}(2 + max|score|).
    /// </remarks>
    private Matrix<double> Rounding(LawCase item, Func<Matrix<double>, int, Matrix<double>> part)
    {
        int tokens = item.Signal.RowCount, width = item.Signal.ColumnCount, size = item.Auxiliary.HeadSize;
        var bound = Matrix<double>.Build.Dense(tokens, width);
        for (var head = 0; head < Heads.Count; head++)
        {
            var at = Heads[head];
            var (query, key) = (at.Query.PointwiseAbs(), at.Key.PointwiseAbs());
            var score = part(item.Gradient, head).PointwiseAbs().TransposeAndMultiply(at.Value.PointwiseAbs());
            var means = at.Weights.PointwiseMultiply(score).RowSums();
            var along = at.Weights.PointwiseMultiply(
                Matrix<double>.Build.Dense(tokens, tokens, (i, j) => score.At(i, j) + means.At(i)));
            var largest = at.ScoreScale * query.TransposeAndMultiply(key).Enumerate().Max();
            var roundings = Tolerance.Gamma((2 * (tokens + (2 * width))) + 32) * (2 + largest) * at.ScoreScale;
            bound += roundings * along.Multiply(key).Multiply(Rows(item.Layer.Query.Weight, head, size));
            bound += roundings * along.TransposeThisAndMultiply(query).Multiply(Rows(item.Layer.Key.Weight, head, size));
        }

        return bound;
    }

    private static Matrix<double> Rows(Matrix<double> weight, int head, int size) =>
        weight.SubMatrix(head * size, size, 0, weight.ColumnCount).PointwiseAbs();
}
