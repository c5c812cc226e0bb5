using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Keeping;

namespace Tint.Reference.Simulation;

/// <summary>A block's memory that waits for the backward pass. What its normalisations left is never rounded.</summary>
internal static class KeptMemory
{
    /// <summary>Keeps a memory.</summary>
    public static IKept<BlockMemory> Of(MatrixStore store, BlockMemory memory)
    {
        var parts = new KeptParts();
        var kept = memory.Leaves.Select(leaf => Add(parts, store, leaf));
        return parts.Whole(() => new BlockMemory(kept.Select(static load => load())));
    }

    private static Func<LeafMemory> Add(KeptParts parts, MatrixStore store, LeafMemory leaf) => leaf switch
    {
        LayerNormMemory norm => Norm(parts.AddExactly(store, norm.Normalized), parts.AddExactly(store, norm.Input)),
        AttentionMemory attention => Attention(
            parts.Add(store, attention.Query), parts.Add(store, attention.Key), parts.Add(store, attention.Input)),
        CrossAttentionMemory attention => CrossAttention(
            parts.Add(store, attention.Query), parts.Add(store, attention.Key), parts.Add(store, attention.Other), attention.Input is { } input ? parts.Add(store, input) : null),
        ProductMemory product => Product(parts.Add(store, product.Left), parts.Add(store, product.Right)),
        InputMemory memory => Input(parts.Add(store, memory.Input)),
        _ => throw new RuleViolationException("memory must be of a known kind", leaf.GetType().Name, "teach the store to keep it"),
    };

    private static Func<LeafMemory> Norm(Func<Matrix<double>> normalized, Func<Matrix<double>> input) =>
        () => new LayerNormMemory(normalized(), input());

    private static Func<LeafMemory> Attention(Func<Matrix<double>> query, Func<Matrix<double>> key, Func<Matrix<double>> input) =>
        () => new AttentionMemory(query(), key(), input());

    private static Func<LeafMemory> CrossAttention(
        Func<Matrix<double>> query, Func<Matrix<double>> key, Func<Matrix<double>> other, Func<Matrix<double>>? input) =>
        () => new CrossAttentionMemory(query(), key(), other()) { Input = input?.Invoke() };

    private static Func<LeafMemory> Product(Func<Matrix<double>> left, Func<Matrix<double>> right) => () => new ProductMemory(left(), right());

    private static Func<LeafMemory> Input(Func<Matrix<double>> input) => () => new InputMemory(input());
}
