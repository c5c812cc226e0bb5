
namespace Tint.Reference.Primitives;

/// <summary>
/// A query, key or value projection: a head mixing, then a linear map inside each head, plus the position part on the heads that receive it.
/// Its parameters are D_sim²/H + H·D_sim, which is where TinT's saving over a dense D_sim² comes from.
/// </summary>
/// <remarks>Source: C15.</remarks>
public sealed class Projection
{
    private readonly Lazy<CoordinateMap> _map;

    /// <summary>Composes the projection.</summary>
    /// <param name="mixing">The mixing of heads; its heads may be other, wider heads than those of the attention.</param>
    /// <param name="linear">The map inside heads, of the same width as the mixing's.</param>
    /// <param name="position">The position part.</param>
    public Projection(HeadMixing mixing, PerHeadLinear linear, PositionMap position)
    {
        ArgumentNullException.ThrowIfNull(mixing);
        ArgumentNullException.ThrowIfNull(linear);
        ArgumentNullException.ThrowIfNull(position);
        Mixing = mixing;
        Linear = linear;
        Position = position;
        _map = new(() => linear.ToMap().After(mixing.ToMap()));
    }

    /// <summary>The mixing of heads.</summary>
    public HeadMixing Mixing { get; }

    /// <summary>The map inside heads.</summary>
    public PerHeadLinear Linear { get; }

    /// <summary>The position part.</summary>
    public PositionMap Position { get; }

    /// <summary>The terms that each of a head's d_h coordinates is made of.</summary>
    public IReadOnlyList<IReadOnlyList<CoordinateMap.Term>> Columns(int head, int headSize) =>
        [.. Enumerable.Range(head * headSize, headSize).Select(coordinate => _map.Value[coordinate])];
}
