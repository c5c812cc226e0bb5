using Tint.Reference.Auxiliary;

namespace Tint.Reference.Keeping;

/// <summary>An auxiliary layer that is kept until it is needed again.</summary>
internal static class KeptLayer
{
    /// <summary>Keeps a layer; itself, where its matrices stay unchanged.</summary>
    public static IKept<AuxiliaryLayer> Of(MatrixStore store, AuxiliaryLayer layer) =>
        store == MatrixStore.Unchanged ? KeptItself.Of(layer) : InParts(store, layer);

    private static IKept<AuxiliaryLayer> InParts(MatrixStore store, AuxiliaryLayer layer)
    {
        var parts = new KeptParts();
        var kept = layer.Parameters.Select(group => parts.Add(store, group));
        return parts.Whole(() => new AuxiliaryLayer(kept.Select(static load => load())));
    }
}
