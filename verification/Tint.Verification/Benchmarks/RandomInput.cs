using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Verification.Benchmarks;

/// <summary>Random weights and tokens from a seed, of the size that trained models have: times do not depend on what they are.</summary>
public static class RandomInput
{
    private const double LinearSize = 0.03;
    private const double EmbeddingSize = 0.05;
    private const double NormSize = 0.1;

    /// <summary>Weights of a shape: uniform, of zero mean but for γ, whose mean is 1.</summary>
    public static AuxiliaryWeights Weights(AuxiliaryConfiguration configuration, int seed)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var random = new Random(seed);
        int width = configuration.HiddenSize, inner = configuration.InnerSize;
        LinearParameters Linear(int outputs, int inputs) => new(Matrix(random, outputs, inputs, LinearSize), Vector(random, outputs, LinearSize));
        LayerNormParameters Norm() => new(Vector(random, width, NormSize) + 1, Vector(random, width, NormSize));
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = Matrix(random, configuration.VocabularySize, width, EmbeddingSize),
            PositionEmbedding = Matrix(random, configuration.MaximumPositions, width, EmbeddingSize),
            Layers =
            [
                .. Enumerable.Range(0, configuration.LayerCount).Select(_ => new AuxiliaryLayer
                {
                    AttentionNorm = Norm(),
                    Query = Linear(width, width),
                    Key = Linear(width, width),
                    Value = Linear(width, width),
                    Output = Linear(width, width),
                    MlpNorm = Norm(),
                    Inner = Linear(inner, width),
                    Outer = Linear(width, inner),
                }),
            ],
            FinalNorm = Norm(),
        };
    }

    /// <summary>A sequence of random tokens, the first half of them trained on, and all of them labels.</summary>
    public static TokenSequence Sequence(AuxiliaryConfiguration configuration, int tokens, int seed)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var random = new Random(seed);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(configuration.VocabularySize))];
        return new TokenSequence
        {
            InputIds = ids,
            TrainMask = [.. Enumerable.Range(0, tokens).Select(t => t < tokens / 2 ? 1.0 : 0.0)],
            Labels = ids,
        };
    }

    /// <summary>A matrix of numbers between −size and size.</summary>
    public static Matrix<double> Matrix(Random random, int rows, int columns, double size) =>
        Matrix<double>.Build.Dense(rows, columns, Numbers(random, rows * columns, size));

    private static Vector<double> Vector(Random random, int length, double size) => Vector<double>.Build.Dense(Numbers(random, length, size));

    private static double[] Numbers(Random random, int count, double size)
    {
        ArgumentNullException.ThrowIfNull(random);
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = size * ((2 * random.NextDouble()) - 1);
        }

        return numbers;
    }
}
