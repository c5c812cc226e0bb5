using Tint.Reference.Auxiliary;

namespace Tint.Reference.Keeping;

/// <summary>The layers of a model after descents.</summary>
internal static class UpdatedLayers
{
    /// <summary>An array where all of them are in memory, else brought in when they are asked for.</summary>
    /// <param name="weights">The model before.</param>
    /// <param name="store">Where updated layers are.</param>
    /// <param name="updated">Brings an updated layer in; null for one that no descent has touched.</param>
    public static IReadOnlyList<AuxiliaryLayer> Of(AuxiliaryWeights weights, MatrixStore store, Func<int, AuxiliaryLayer?> updated)
    {
        AuxiliaryLayer Layer(int index) => updated(index) ?? weights.Layers[index];
        return weights.Layers is not StreamedLayers && store == MatrixStore.Unchanged
            ? [.. Enumerable.Range(0, weights.Layers.Count).Select(Layer)]
            : new StreamedLayers(weights.Configuration, Layer);
    }
}
