using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>Walks an auxiliary model's blocks in one fixed order and puts a caller's numbers in their place.</summary>
/// <param name="values">Gives each block's new entries, column after column, or null to keep the block.</param>
internal sealed class AuxiliaryWeightsRebuilder(Func<ParameterBlock, double[]?> values)
{
    /// <summary>The model with its blocks replaced.</summary>
    public AuxiliaryWeights Rebuild(AuxiliaryWeights weights) => weights with
    {
        TokenEmbedding = Matrix(weights.TokenEmbedding, "token embedding", ParameterKind.Embedding, null),
        PositionEmbedding = Matrix(weights.PositionEmbedding, "position embedding", ParameterKind.Embedding, null),
        Layers = [.. weights.Layers.Select((layer, index) => Layer(weights.Configuration, layer, index))],
        FinalNorm = Norm(weights.FinalNorm, "final norm", null),
    };

    private AuxiliaryLayer Layer(AuxiliaryConfiguration configuration, AuxiliaryLayer layer, int index)
    {
        var name = $"layer {index}";
        Require.Present(layer, name);
        return AuxiliaryLayer.Of(BlockPlan.Of(configuration), leaf => layer.Parameters[leaf.Place] switch
        {
            LinearParameters linear => Linear(linear, $"{name} {leaf.Place.Words}", index),
            LayerNormParameters norm => Norm(norm, $"{name} {leaf.Place.Words}", index),
            var other => throw other.Unknown(),
        });
    }

    private LinearParameters Linear(LinearParameters linear, string name, int layer) => new(
        Matrix(linear.Weight, $"{name} weight", ParameterKind.LinearWeight, layer),
        Vector(linear.Bias, $"{name} bias", ParameterKind.LinearBias, layer));

    private LayerNormParameters Norm(LayerNormParameters norm, string name, int? layer)
    {
        if (norm.Dense is { } dense)
        {
            var map = Matrix(dense, $"{name} weight", ParameterKind.NormWeight, layer);
            return new(map.Diagonal(), Vector(norm.Bias, $"{name} bias", ParameterKind.NormBias, layer)) { Dense = map };
        }

        return new(
            Vector(norm.Weight, $"{name} weight", ParameterKind.NormWeight, layer),
            Vector(norm.Bias, $"{name} bias", ParameterKind.NormBias, layer));
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
