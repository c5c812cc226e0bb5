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
        var (attentionNorm, mlpNorm) = (parts.Add(store, layer.AttentionNorm), parts.Add(store, layer.MlpNorm));
        var (query, key, value) = (parts.Add(store, layer.Query), parts.Add(store, layer.Key), parts.Add(store, layer.Value));
        var (output, inner, outer) = (parts.Add(store, layer.Output), parts.Add(store, layer.Inner), parts.Add(store, layer.Outer));
        return parts.Whole(() => new AuxiliaryLayer
        {
            AttentionNorm = attentionNorm(),
            Query = query(),
            Key = key(),
            Value = value(),
            Output = output(),
            MlpNorm = mlpNorm(),
            Inner = inner(),
            Outer = outer(),
        });
    }
}
