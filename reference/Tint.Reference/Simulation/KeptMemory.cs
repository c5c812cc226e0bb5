using Tint.Reference.Keeping;

namespace Tint.Reference.Simulation;

/// <summary>A block's memory that waits for the backward pass. What its normalisations left is never rounded.</summary>
internal static class KeptMemory
{
    /// <summary>Keeps a memory.</summary>
    public static IKept<BlockMemory> Of(MatrixStore store, BlockMemory memory)
    {
        var parts = new KeptParts();
        Func<LayerNormMemory> Norm(LayerNormMemory norm)
        {
            var (normalized, input) = (parts.AddExactly(store, norm.Normalized), parts.AddExactly(store, norm.Input));
            return () => new LayerNormMemory(normalized(), input());
        }

        var (attentionNorm, mlpNorm, attention) = (Norm(memory.AttentionNorm), Norm(memory.MlpNorm), memory.Attention);
        var (query, key, value) = (parts.Add(store, attention.Query), parts.Add(store, attention.Key), parts.Add(store, attention.Input));
        var (output, inner) = (parts.Add(store, memory.Output), parts.Add(store, memory.Inner));
        var (activation, outer) = (parts.Add(store, memory.Activation), parts.Add(store, memory.Outer));
        return parts.Whole(() => new BlockMemory(
            attentionNorm(), new AttentionMemory(query(), key(), value()), output(), mlpNorm(), inner(), activation(), outer()));
    }
}
