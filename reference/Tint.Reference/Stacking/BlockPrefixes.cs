using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Stacking;

/// <summary>
/// The prefixes that one auxiliary block is loaded from, in the order in which its modules need them: attention norm, query, key, value,
/// attention output, MLP norm, and for each of the C chunks of the MLP inner layer, activation (empty) and outer layer.
/// </summary>
/// <remarks>Source: C23.</remarks>
/// <param name="AttentionNorm">The normalisation before attention.</param>
/// <param name="Query">The query layer.</param>
/// <param name="Key">The key layer.</param>
/// <param name="Value">The value layer.</param>
/// <param name="Output">The projection after attention.</param>
/// <param name="MlpNorm">The normalisation before the MLP.</param>
/// <param name="Chunks">The MLP's chunks.</param>
public sealed record BlockPrefixes(
    Slots AttentionNorm, Slots Query, Slots Key, Slots Value, Slots Output, Slots MlpNorm, IReadOnlyList<ChunkPrefixes> Chunks)
{
    /// <summary>All loads in order: 6 + 3C of them.</summary>
    public IEnumerable<Slots> InOrder() =>
    [
        AttentionNorm, Query, Key, Value, Output, MlpNorm, .. Chunks.SelectMany(chunk => new[] { chunk.Inner, chunk.Activation, chunk.Outer }),
    ];

    /// <summary>Stacks one auxiliary block.</summary>
    /// <remarks>
    /// Chunk c takes rows cD … (c+1)D of the inner layer, the same columns of the outer layer, and bias/C of the outer layer: the chunks'
    /// outputs are summed, and so are their shares of the bias.
    /// </remarks>
    public static BlockPrefixes Stack(TintConfiguration configuration, AuxiliaryLayer layer)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        int width = configuration.Auxiliary.HiddenSize, chunks = configuration.Auxiliary.MlpChunkCount;
        return new BlockPrefixes(
            PrefixStack.Stack(configuration, layer.AttentionNorm),
            PrefixStack.Stack(configuration, layer.Query),
            PrefixStack.Stack(configuration, layer.Key),
            PrefixStack.Stack(configuration, layer.Value),
            PrefixStack.Stack(configuration, layer.Output),
            PrefixStack.Stack(configuration, layer.MlpNorm),
            [.. Enumerable.Range(0, chunks).Select(chunk => new ChunkPrefixes(
                PrefixStack.Stack(configuration, new LinearParameters(
                    layer.Inner.Weight.SubMatrix(chunk * width, width, 0, width), layer.Inner.Bias.SubVector(chunk * width, width))),
                Slots.Zero(configuration.PrefixCount, width, configuration.RowsPerPrefix + 1),
                PrefixStack.Stack(configuration, new LinearParameters(
                    layer.Outer.Weight.SubMatrix(0, width, chunk * width, width), layer.Outer.Bias.Divide(chunks)))))]);
    }

    /// <summary>Reads the block back; the outer layer's bias is the sum of the chunks' shares.</summary>
    public AuxiliaryLayer Unstack(TintConfiguration configuration)
    {
        LinearParameters[] inner = [.. Chunks.Select(chunk => PrefixStack.Unstack(configuration, chunk.Inner))];
        LinearParameters[] outer = [.. Chunks.Select(chunk => PrefixStack.Unstack(configuration, chunk.Outer))];
        return new AuxiliaryLayer
        {
            AttentionNorm = PrefixStack.UnstackNorm(configuration, AttentionNorm),
            Query = PrefixStack.Unstack(configuration, Query),
            Key = PrefixStack.Unstack(configuration, Key),
            Value = PrefixStack.Unstack(configuration, Value),
            Output = PrefixStack.Unstack(configuration, Output),
            MlpNorm = PrefixStack.UnstackNorm(configuration, MlpNorm),
            Inner = new LinearParameters(
                inner.Select(part => part.Weight).Aggregate((above, below) => above.Stack(below)),
                Vector<double>.Build.DenseOfEnumerable(inner.SelectMany(part => part.Bias))),
            Outer = new LinearParameters(
                outer.Select(part => part.Weight).Aggregate((left, right) => left.Append(right)),
                outer.Select(part => part.Bias).Aggregate((sum, bias) => sum + bias)),
        };
    }
}
