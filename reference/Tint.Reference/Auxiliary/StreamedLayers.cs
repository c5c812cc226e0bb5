using System.Collections;
using Tint.Reference.Configuration;

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
}
