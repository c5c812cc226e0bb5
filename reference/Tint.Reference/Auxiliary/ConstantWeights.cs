using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Auxiliary;

/// <summary>The promise that a model's weights stay as they are.</summary>
internal static class ConstantWeights
{
    /// <summary>
    /// Promises that the matrices which products read of an auxiliary model stay as they are: the embeddings and all linear weights. Layers that
    /// are streamed are other arrays each time that they come in, and nothing is noted of them.
    /// </summary>
    public static void Mark(AuxiliaryWeights weights)
    {
        ConstantArrays.Mark(weights.TokenEmbedding);
        if (weights.Layers is StreamedLayers)
        {
            return;
        }

        foreach (var layer in weights.Layers)
        {
            foreach (var linear in layer.Parameters.Items.Select(static item => item.Value).OfType<LinearParameters>())
            {
                ConstantArrays.Mark(linear.Weight);
            }
        }
    }
}
