using System.Collections;
using Tint.Reference.Configuration;
using Tint.Reference.Keeping;

namespace Tint.Reference.Auxiliary;

/// <summary>
/// Layers that are brought in one by one, each time that they are asked for, and let go after use, so that a model need not fit in memory. Each is
/// checked whenever it comes in.
/// </summary>
/// <param name="configuration">The shape.</param>
/// <param name="load">Brings a layer in; several threads may call it at once.</param>
public sealed class StreamedLayers(AuxiliaryConfiguration configuration, Func<int, AuxiliaryLayer> load) : IReadOnlyList<AuxiliaryLayer>
{
    /// <inheritdoc/>
    public int Count => configuration.LayerCount;

    /// <summary>Brings a layer in.</summary>
    /// <exception cref="RuleViolationException">It cannot be brought in, has another shape, or holds NaN or infinity.</exception>
    public AuxiliaryLayer this[int index]
    {
        get
        {
            var layer = Require.Present(load(index), $"layer {index}");
            layer.Check(configuration, index);
            return layer;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<AuxiliaryLayer> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The layers of a model after descents: an array where all of them are in memory, else brought in when they are asked for.</summary>
    /// <param name="weights">The model before.</param>
    /// <param name="store">Where updated layers are.</param>
    /// <param name="updated">Brings an updated layer in; null for one that no descent has touched.</param>
    internal static IReadOnlyList<AuxiliaryLayer> After(AuxiliaryWeights weights, MatrixStore store, Func<int, AuxiliaryLayer?> updated)
    {
        AuxiliaryLayer Layer(int index) => updated(index) ?? weights.Layers[index];
        return weights.Layers is not StreamedLayers && store == MatrixStore.Unchanged
            ? [.. Enumerable.Range(0, weights.Layers.Count).Select(Layer)]
            : new StreamedLayers(weights.Configuration, Layer);
    }
}
