using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>Walks an auxiliary model's blocks in one fixed order and puts a caller's numbers in their place.</summary>
/// <param name="values">Gives each block's new entries, column after column, or null to keep the block.</param>
internal sealed class AuxiliaryWeightsRebuilder(Func<ParameterBlock, double[]?> values)
{
    /// <summary>The model with its blocks replaced.</summary>
    public AuxiliaryWeights Rebuild(AuxiliaryWeights weights)
    {
        var plan = ModelPlan.Of(weights.Configuration);
        var rebuilt = weights with { TokenEmbedding = Matrix(weights.TokenEmbedding, "token embedding", ParameterKind.Embedding, null) };
        if (weights.HasPositions)
        {
            rebuilt = rebuilt with { PositionEmbedding = Matrix(weights.PositionEmbedding, "position embedding", ParameterKind.Embedding, null) };
        }

        rebuilt = rebuilt with { EmbeddingProjection = OfEnds(weights.EmbeddingProjection, Place.EmbeddingProjection) };
        rebuilt = rebuilt with { Buckets = weights.Buckets.Select((place, table) => Matrix(table, place.Words, ParameterKind.Embedding, null)) };
        var outside = Nodes(plan.Embedding, weights.Outside, weights.Outside, string.Empty, null, ofEnds: true);
        AuxiliaryLayer[] layers =
        [
            .. weights.Layers.Select((layer, index) =>
                Nodes(plan.Blocks[index], Require.Present(layer, $"layer {index}"), new AuxiliaryLayer(), $"layer {index} ", index)),
        ];
        return rebuilt with
        {
            Layers = layers,
            Outside = Nodes(plan.Final, weights.Outside, Nodes(plan.EncoderFinal, weights.Outside, outside, string.Empty, null), string.Empty, null),
            HeadProjection = OfEnds(weights.HeadProjection, Place.HeadProjection),
            Head = OfHead(weights, plan, rebuilt.TokenEmbedding),
        };
    }

    private AuxiliaryLayer Nodes(
        BlockPlan? plan, AuxiliaryLayer source, AuxiliaryLayer target, string name, int? layer, bool ofEnds = false) =>
        (plan?.Parameters ?? []).Aggregate(target, (rebuilt, leaf) => rebuilt.With(leaf.Place, source.Parameters[leaf.Place] switch
        {
            LinearParameters linear => Linear(linear, leaf, $"{name}{leaf.Place.Words}", layer, ofEnds),
            LayerNormParameters norm => Norm(norm, leaf, $"{name}{leaf.Place.Words}", layer, ofEnds),
            var other => throw other.Unknown(),
        }));

    private LinearParameters? OfEnds(LinearParameters? linear, Place place) => linear is null
        ? null
        : linear with { Weight = Matrix(linear.Weight, $"{place.Words} weight", ParameterKind.Embedding, null) };

    /// <summary>A tied head has the embedding's weight, and at most a bias of its own.</summary>
    private LinearParameters? OfHead(AuxiliaryWeights weights, ModelPlan plan, Matrix<double> tokenEmbedding) => weights.Head is not { } head
        ? null
        : new(
            plan.IsTied ? tokenEmbedding : Matrix(head.Weight, $"{Place.Head.Words} weight", ParameterKind.Embedding, null),
            plan.HasHeadBias ? Vector(head.Bias, $"{Place.Head.Words} bias", ParameterKind.Embedding, null) : head.Bias);

    private LinearParameters Linear(LinearParameters linear, ParameterLeaf leaf, string name, int? layer, bool ofEnds) => new(
        Matrix(linear.Weight, $"{name} weight", ofEnds ? ParameterKind.Embedding : ParameterKind.LinearWeight, layer),
        leaf.HasBias ? Vector(linear.Bias, $"{name} bias", ofEnds ? ParameterKind.Embedding : ParameterKind.LinearBias, layer) : linear.Bias);

    private LayerNormParameters Norm(LayerNormParameters norm, ParameterLeaf leaf, string name, int? layer, bool ofEnds)
    {
        var (weightKind, biasKind) = ofEnds ? (ParameterKind.Embedding, ParameterKind.Embedding) : (ParameterKind.NormWeight, ParameterKind.NormBias);
        if (norm.Dense is { } dense)
        {
            var map = Matrix(dense, $"{name} weight", weightKind, layer);
            return new(map.Diagonal(), Bias()) { Dense = map };
        }

        var weight = leaf.HasWeight ? Vector(norm.Weight, $"{name} weight", weightKind, layer) : norm.Weight;
        return new(weight, Bias());

        Vector<double> Bias() => leaf.HasBias ? Vector(norm.Bias, $"{name} bias", biasKind, layer) : norm.Bias;
    }

    private Matrix<double> Matrix(Matrix<double> matrix, string name, ParameterKind kind, int? layer)
    {
        var entries = matrix.AsColumnMajorArray() ?? matrix.ToColumnMajorArray();
        return New(new(name, kind, layer, matrix.RowCount, matrix.ColumnCount, entries)) is { } replacement
            ? Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, replacement)
            : matrix;
    }

    private Vector<double> Vector(Vector<double> vector, string name, ParameterKind kind, int? layer)
    {
        var entries = vector.AsArray() ?? vector.ToArray();
        return New(new(name, kind, layer, vector.Count, 1, entries)) is { } replacement
            ? Vector<double>.Build.Dense(replacement)
            : vector;
    }

    private double[]? New(ParameterBlock block)
    {
        var replacement = values(block);
        if (replacement is not null && replacement.Length != block.Values.Length)
        {
            throw new RuleViolationException(
                $"{block.Name} must have {block.Values.Length} entries", $"{replacement.Length}", "pass as many as the block has");
        }

        return replacement;
    }
}
