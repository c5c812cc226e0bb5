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
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = Matrix(numbers, configuration.VocabularySize, width, Size),
            PositionEmbedding = Matrix(numbers, configuration.MaximumPositions, width, PositionSize),
            Layers = new StreamedLayers(configuration, index => Layer(configuration, new NormalNumbers(seed, stream: index + 1))),
            FinalNorm = Norm(width),
        };
    }

    private static AuxiliaryLayer Layer(AuxiliaryConfiguration configuration, NormalNumbers numbers)
    {
        // 2L projections add to the residual stream.
        var projection = Size / Math.Sqrt(2.0 * configuration.LayerCount);
        return AuxiliaryLayer.Of(BlockPlan.Of(configuration), leaf => leaf switch
        {
            Norm norm => Norm(norm.Width),
            Linear linear => Linear(
                numbers, linear.Outputs, linear.Inputs, linear.Place == Place.Output || linear.Place == Place.Outer ? projection : Size),
            _ => throw leaf.Unread("the model before training"),
        });
    }

    private static LinearParameters Linear(NormalNumbers numbers, int outputs, int inputs, double size) =>
        new(Matrix(numbers, outputs, inputs, size), Vector<double>.Build.Dense(outputs));

    private static LayerNormParameters Norm(int width) => new(Vector<double>.Build.Dense(width, 1), Vector<double>.Build.Dense(width));

    private static Matrix<double> Matrix(NormalNumbers numbers, int rows, int columns, double size) =>
        Matrix<double>.Build.Dense(rows, columns, numbers.Next(checked(rows * columns), size));
}
