using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>Weights as GPT-2 starts training with them.</summary>
internal static class InitialWeights
{
    /// <summary>The standard deviation of GPT-2's weights and token embeddings before training.</summary>
    private const double Size = 0.02;

    /// <summary>That of its positions.</summary>
    private const double PositionSize = 0.01;

    public static AuxiliaryWeights Of(AuxiliaryConfiguration configuration, int seed)
    {
        configuration.Check();
        var (numbers, width) = (new NormalNumbers(seed, stream: 0), configuration.HiddenSize);
        int narrow = configuration.EmbeddingWidth, vocabulary = configuration.VocabularySize;
        var (plan, tokens) = (ModelPlan.Of(configuration), Matrix(numbers, vocabulary, narrow, Size));
        var positions = plan.HasPositionTable ? Matrix(numbers, configuration.MaximumPositions, width, PositionSize) : null;
        var isProjected = plan.EmbeddingWidth is not null;
        var weights = new AuxiliaryWeights(
            configuration,
            tokens,
            new StreamedLayers(configuration, index => Layer(configuration, plan.Blocks[index], new NormalNumbers(seed, stream: index + 1))),
            new(new Placed<ParameterGroup>(plan.Outside.Select(leaf => (leaf.Place, 0, Group(leaf, numbers, Size))))))
        {
            Buckets = new(plan.Tables.Select(table => (table.Place, 0, Matrix(numbers, table.Buckets.Count, configuration.HeadCount, Size)))),
            EmbeddingProjection = isProjected ? Linear(numbers, width, narrow, Size) : null,
            HeadProjection = isProjected ? Linear(numbers, narrow, width, Size) : null,
            Head = !plan.IsTied ? Linear(numbers, vocabulary, narrow, Size)
                : plan.HasHeadBias ? new(tokens, Vector<double>.Build.Dense(vocabulary)) : null,
        };
        return positions is null ? weights : weights with { PositionEmbedding = positions };
    }

    private static AuxiliaryLayer Layer(AuxiliaryConfiguration configuration, BlockPlan plan, NormalNumbers numbers)
    {
        // 2L projections add to the residual stream.
        var projection = Size / Math.Sqrt(2.0 * configuration.LayerCount);
        return AuxiliaryLayer.Of(plan, leaf => Group(
            leaf, numbers, leaf.Place == Place.Output || leaf.Place == Place.Output.Across || leaf.Place == Place.Outer ? projection : Size));
    }

    private static ParameterGroup Group(ParameterLeaf leaf, NormalNumbers numbers, double size) => leaf switch
    {
        Norm norm => Norm(norm.Width),
        RmsNorm norm => Norm(norm.Width),
        Linear linear => Linear(numbers, linear.Outputs, linear.Inputs, size),
        _ => throw leaf.Unread("the model before training"),
    };

    private static LinearParameters Linear(NormalNumbers numbers, int outputs, int inputs, double size) =>
        new(Matrix(numbers, outputs, inputs, size), Vector<double>.Build.Dense(outputs));

    private static LayerNormParameters Norm(int width) => new(Vector<double>.Build.Dense(width, 1), Vector<double>.Build.Dense(width));

    private static Matrix<double> Matrix(NormalNumbers numbers, int rows, int columns, double size) =>
        Matrix<double>.Build.Dense(rows, columns, numbers.Next(checked(rows * columns), size));
}
