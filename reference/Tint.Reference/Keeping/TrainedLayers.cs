using Tint.Reference.Auxiliary;

namespace Tint.Reference.Keeping;

/// <summary>One sequence's own layers: as they came, until a descent has updated them.</summary>
internal sealed class TrainedLayers(AuxiliaryWeights weights, MatrixStore store)
{
    private readonly IKept<AuxiliaryLayer>?[] _updated = new IKept<AuxiliaryLayer>?[weights.Layers.Count];

    /// <summary>L.</summary>
    public int Count => _updated.Length;

    /// <summary>A layer as it is now.</summary>
    public AuxiliaryLayer this[int index] => _updated[index]?.Load() ?? weights.Layers[index];

    /// <summary>Puts another layer in place of one.</summary>
    public void Update(int index, AuxiliaryLayer layer)
    {
        _updated[index]?.Release();
        _updated[index] = KeptLayer.Of(store, layer);
    }

    /// <summary>All layers as they are now; none is brought back before it is asked for unless all are in memory anyway.</summary>
    public IReadOnlyList<AuxiliaryLayer> Updated() => UpdatedLayers.Of(weights, store, index => _updated[index]?.Load());
}
