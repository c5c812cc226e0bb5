using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Verification.Benchmarks;

/// <summary>Random tokens and signals from a seed; times do not depend on what they are.</summary>
public static class RandomInput
{
    /// <summary>A sequence of random tokens, the first half of them trained on, and all of them labels; an encoder reads as many.</summary>
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
            EncoderIds = configuration.Architecture is { HasEncoder: true } ? [.. ids.Reverse()] : null,
        };
    }

    /// <summary>A matrix of numbers between −size and size.</summary>
    public static Matrix<double> Matrix(Random random, int rows, int columns, double size)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Matrix<double>.Build.Dense(rows, columns, (_, _) => size * ((2 * random.NextDouble()) - 1));
    }
}
