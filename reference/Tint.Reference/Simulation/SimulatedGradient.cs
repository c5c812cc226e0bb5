using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Simulation;

/// <summary>Gradients in the shape of the weights, with zeros, sparse so that they take no room, for what no descent touches.</summary>
internal static class SimulatedGradient
{
    /// <summary>A block that is not trained.</summary>
    public static AuxiliaryLayer UntrainedLayer(BlockPlan plan) => AuxiliaryLayer.Of(plan, leaf => leaf switch
    {
        Norm norm => Norm(norm.Width),
        RmsNorm norm => Norm(norm.Width),
        Linear linear => Linear(linear.Outputs, linear.Inputs),
        _ => throw leaf.Unread("the simulation"),
    });

    /// <summary>The model's gradients: zero embeddings, untrained blocks below the trained ones, the final norm.</summary>
    public static AuxiliaryWeights Of(
        AuxiliaryConfiguration auxiliary, IReadOnlyList<AuxiliaryLayer> trainedLayers, LayerNormParameters finalNorm) => new()
        {
            Configuration = auxiliary,
            TokenEmbedding = Matrix<double>.Build.Sparse(auxiliary.VocabularySize, auxiliary.HiddenSize),
            PositionEmbedding = Matrix<double>.Build.Sparse(auxiliary.MaximumPositions, auxiliary.HiddenSize),
            Layers =
            [
                .. Enumerable.Range(0, auxiliary.LayerCount - trainedLayers.Count).Select(_ => UntrainedLayer(BlockPlan.Of(auxiliary))),
                .. trainedLayers,
            ],
            FinalNorm = finalNorm,
        };

    private static LinearParameters Linear(int outputs, int inputs) =>
        new(Matrix<double>.Build.Sparse(outputs, inputs), Vector<double>.Build.Dense(outputs));

    private static LayerNormParameters Norm(int width) => new(Vector<double>.Build.Dense(width), Vector<double>.Build.Dense(width));
}
