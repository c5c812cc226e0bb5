using Tint.Reference.Architecture;

namespace Tint.Reference.Materialised;

/// <summary>
/// One block as layers, forward and backward: before each module the prefixes are loaded, behind it the tokens' memory stays as what a residual connection
/// carries to the module that goes back.
/// </summary>
/// <remarks>Source: C22.</remarks>
internal sealed class BlockLayers(LayerList layers, Func<Leaf, int> memorySlot, int width, int hiddenSize)
    : IForwardReading<string>, IBackwardReading<string>
{
    private readonly Dictionary<(Place Place, int Chunk), string> _outputs = [];
    private readonly Dictionary<(Place Place, int Chunk), string> _updated = [];
    private Dictionary<(Place Place, int Chunk), string> _loads = [];
    private string _at = string.Empty;

    /// <summary>Where the next pass goes.</summary>
    /// <param name="at">The block's name.</param>
    /// <param name="loads">The tensor that each place's prefixes are loaded from first.</param>
    public BlockLayers For(string at, Dictionary<(Place Place, int Chunk), string> loads)
    {
        (_at, _loads) = (at, loads);
        return this;
    }

    /// <inheritdoc/>
    public string Forward(Leaf leaf, int chunk, string input)
    {
        var module = PublishedModules.Forward(leaf);
        string[] inputs = leaf is Attention attention
            ? [.. attention.Parameters.Select(parameters => Load(input, parameters.Place, chunk))]
            : [Load(input, leaf.Place, chunk)];
        return _outputs[(leaf.Place, chunk)] = layers.Add("module", inputs, [$"{_at}.{module}."], ("module", module));
    }

    /// <inheritdoc/>
    public string Backward(Leaf leaf, int chunk, string gradient)
    {
        var module = PublishedModules.Backward(leaf);
        var place = leaf is Attention attention ? attention.Value.Place : leaf.Place;
        var from = memorySlot(leaf) * width;
        var restored = layers.CarryTokens(Load(gradient, place, chunk), _outputs[(leaf.Place, chunk)], from, from, hiddenSize - from);
        return _updated[(place, chunk)] = layers.Add("module", [restored], [$"{_at}.{module}."], ("module", module));
    }

    /// <inheritdoc/>
    public string Add(Node node, string newer, string older) => layers.AddStates(newer, older);

    /// <summary>The prefixes of a place: as the last descent left them or, until there was one, as the transformer's weights are.</summary>
    private string Load(string x, Place place, int chunk) => _updated.TryGetValue((place, chunk), out var updated)
        ? layers.Join(updated, x)
        : layers.Add("load_prefixes", [x], [_loads[(place, chunk)]]);
}
