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

    /// <summary>
    /// Weights of a shape: uniform, of zero mean but for γ, whose mean is 1. A layer is made when it is asked for, and made again, with the
    /// same numbers, when it is asked for again.
    /// </summary>
    public static AuxiliaryWeights Weights(AuxiliaryConfiguration configuration, int seed)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (numbers, width) = (new UniformNumbers(seed, stream: 0), configuration.HiddenSize);
        return new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = Matrix(numbers, configuration.VocabularySize, width, EmbeddingSize),
            PositionEmbedding = Matrix(numbers, configuration.MaximumPositions, width, EmbeddingSize),
            Layers = new StreamedLayers(configuration, index => Layer(configuration, new UniformNumbers(seed, stream: index + 1))),
            FinalNorm = Norm(numbers, width),
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
    public static Matrix<double> Matrix(Random random, int rows, int columns, double size)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Matrix(new UniformNumbers(random.Next(), stream: 0), rows, columns, size);
    }

    private static AuxiliaryLayer Layer(AuxiliaryConfiguration configuration, UniformNumbers numbers)
    {
        int width = configuration.HiddenSize, inner = configuration.InnerSize;
        return new AuxiliaryLayer
        {
            AttentionNorm = Norm(numbers, width),
            Query = Linear(numbers, width, width),
            Key = Linear(numbers, width, width),
            Value = Linear(numbers, width, width),
            Output = Linear(numbers, width, width),
            MlpNorm = Norm(numbers, width),
            Inner = Linear(numbers, inner, width),
            Outer = Linear(numbers, width, inner),
        };
    }

    private static LinearParameters Linear(UniformNumbers numbers, int outputs, int inputs) =>
        new(Matrix(numbers, outputs, inputs, LinearSize), Vector(numbers, outputs, LinearSize));

    private static LayerNormParameters Norm(UniformNumbers numbers, int width) =>
        new(Vector(numbers, width, NormSize) + 1, Vector(numbers, width, NormSize));

    private static Matrix<double> Matrix(UniformNumbers numbers, int rows, int columns, double size) =>
        Matrix<double>.Build.Dense(rows, columns, numbers.Next(rows * columns, size));

    private static Vector<double> Vector(UniformNumbers numbers, int length, double size) => Vector<double>.Build.Dense(numbers.Next(length, size));
}
