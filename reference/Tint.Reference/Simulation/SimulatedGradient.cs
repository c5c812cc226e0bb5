using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Simulation;

/// <summary>Gradients in the shape of the weights, with zeros, sparse so that they take no room, for what no descent touches.</summary>
internal static class SimulatedGradient
{
    /// <summary>A block that is not trained.</summary>
    public static AuxiliaryLayer UntrainedLayer(BlockPlan plan) => AuxiliaryLayer.Of(plan, Untrained);

    /// <summary>The model's gradients: zero embeddings, untrained blocks below the trained ones, what lies behind the blocks.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="trainedLayers">The gradients of the trained blocks, the lowest first.</param>
    /// <param name="outside">The gradients of the trained nodes outside of blocks, by place.</param>
    public static AuxiliaryWeights Of(AuxiliaryWeights weights, IReadOnlyList<AuxiliaryLayer> trainedLayers, AuxiliaryLayer outside)
    {
        var (auxiliary, plan) = (weights.Configuration, ModelPlan.Of(weights.Configuration));
        var rest = plan.Outside.Where(leaf => !outside.Parameters.Has(leaf.Place));
        var gradient = new AuxiliaryWeights(
            auxiliary,
            Sparse(weights.TokenEmbedding),
            [.. Enumerable.Range(0, auxiliary.LayerCount - trainedLayers.Count).Select(layer => UntrainedLayer(plan.Blocks[layer])), .. trainedLayers],
            rest.Aggregate(outside, (all, leaf) => all.With(leaf.Place, Untrained(leaf))))
        {
            Buckets = weights.Buckets.Select(Sparse),
            EmbeddingProjection = Untrained(weights.EmbeddingProjection),
            HeadProjection = Untrained(weights.HeadProjection),
            Head = Untrained(weights.Head),
        };
        return weights.HasPositions ? gradient with { PositionEmbedding = Sparse(weights.PositionEmbedding) } : gradient;
    }

    private static ParameterGroup Untrained(ParameterLeaf leaf) => leaf switch
    {
        Norm norm => Norm(norm.Width),
        RmsNorm norm => Norm(norm.Width),
        Linear linear => Linear(linear.Outputs, linear.Inputs),
        _ => throw leaf.Unread("the simulation"),
    };

    private static LinearParameters? Untrained(LinearParameters? linear) => linear is null ? null : Linear(linear.Weight.RowCount, linear.Weight.ColumnCount);

    private static LinearParameters Linear(int outputs, int inputs) =>
        new(Matrix<double>.Build.Sparse(outputs, inputs), Vector<double>.Build.Dense(outputs));

    private static LayerNormParameters Norm(int width) => new(Vector<double>.Build.Dense(width), Vector<double>.Build.Dense(width));

    private static Matrix<double> Sparse(Matrix<double> like) => Matrix<double>.Build.Sparse(like.RowCount, like.ColumnCount);
}
