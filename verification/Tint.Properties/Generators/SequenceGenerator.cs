using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Properties.Generators;

/// <summary>Sequences with masks and labels, admissible for an auxiliary model.</summary>
internal static class SequenceGenerator
{
    /// <summary>One to three sequences, mostly one; each of its own length.</summary>
    public static Gen<TokenSequence[]> Batches(AuxiliaryConfiguration configuration) =>
        from count in Gen.Frequency((6, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Constant(3)))
        from sequences in Sequence(configuration).ArrayOf(count)
        select sequences;

    private static Gen<TokenSequence> Sequence(AuxiliaryConfiguration configuration) =>
        from length in Gen.Frequency(
            (1, Gen.Constant(1)),
            (6, Gen.Choose(Math.Min(2, configuration.MaximumPositions), configuration.MaximumPositions)))
        from ids in Gen.Choose(0, configuration.VocabularySize - 1).ArrayOf(length)
        from trainMask in Mask(length)
        from gradientMask in Gen.Frequency((3, Gen.Constant<double[]?>(null)), (1, Mask(length).Select(mask => (double[]?)mask)))
        from iclMask in Gen.Frequency(
            (3, Gen.Constant<Matrix<double>?>(null)), (1, Scattered(length)), (1, Blocks(length)))
        from labels in Labels(configuration.VocabularySize, length)
        select new TokenSequence
        {
            InputIds = ids,
            TrainMask = trainMask,
            GradientMask = gradientMask,
            IclMask = iclMask,
            Labels = labels,
        };

    /// <summary>All ones, none, a trained end (as the published code uses it), or anything.</summary>
    private static Gen<double[]> Mask(int length) => Gen.Frequency(
        (3, Gen.Constant(Enumerable.Repeat(1.0, length).ToArray())),
        (1, Gen.Constant(new double[length])),
        (2, Gen.Choose(0, length).Select(start => Enumerable.Range(0, length).Select(t => t >= start ? 1.0 : 0).ToArray())),
        (3, Gen.Choose(0, 1).Select(bit => (double)bit).ArrayOf(length)));

    /// <summary>Any pairs, with itself where a token would see nothing; entries above the diagonal are drawn as well and mean nothing.</summary>
    private static Gen<Matrix<double>?> Scattered(int length) =>
        from bits in Gen.Choose(0, 2).Select(choice => choice > 0 ? 1.0 : 0).ArrayOf(length * length)
        select Repaired(Matrix<double>.Build.Dense(length, length, bits));

    /// <summary>In-context learning: examples that do not see each other, and a last block that sees all.</summary>
    private static Gen<Matrix<double>?> Blocks(int length) =>
        from ends in Gen.Choose(0, 2).Select(choice => choice == 0).ArrayOf(length)
        select InBlocks(ends);

    private static Matrix<double>? InBlocks(bool[] ends)
    {
        var block = new int[ends.Length];
        for (var t = 1; t < ends.Length; t++)
        {
            block[t] = block[t - 1] + (ends[t] ? 1 : 0);
        }

        return Matrix<double>.Build.Dense(ends.Length, ends.Length, (i, j) =>
            j <= i && (block[i] == block[j] || block[i] == block[^1]) ? 1 : 0);
    }

    private static Matrix<double>? Repaired(Matrix<double> mask)
    {
        for (var i = 0; i < mask.RowCount; i++)
        {
            if (Enumerable.Range(0, i + 1).All(j => mask.At(i, j) == 0))
            {
                mask.At(i, i, 1);
            }
        }

        return mask;
    }

    private static Gen<int[]?> Labels(int vocabulary, int length) => Gen.Frequency(
        (1, Gen.Constant<int[]?>(null)),
        (4, Gen.Frequency((1, Gen.Constant(TokenSequence.IgnoredLabel)), (3, Gen.Choose(0, vocabulary - 1)))
            .ArrayOf(length).Select(labels => (int[]?)labels)));
}
