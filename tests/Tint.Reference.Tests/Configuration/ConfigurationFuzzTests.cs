using System.Diagnostics;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Configuration;

/// <summary>
/// Any integers at all, in any field, give a right answer or one line, in little time and memory. <c>TINT_FUZZ_CASES</c> sets how many cases are
/// tried; by default a few thousand.
/// </summary>
public sealed class ConfigurationFuzzTests
{
    private const int DefaultCases = 3000;
    private const long MostBytes = 64L << 20;

    private static readonly int[] Extremes =
    [
        int.MinValue, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 255, 256, 768, 1024, 3072, 46340, 46341, 50257, 65535, 65536, 65537,
        1 << 20, 715827882, 715827883, 1 << 30, int.MaxValue - 1, int.MaxValue,
    ];

    [Fact]
    public void Any_integers_are_counted_or_refused_in_one_line()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("TINT_FUZZ_CASES"), out var asked) ? asked : DefaultCases;
        var (random, slowest, slow, accepted) = (new Random(1), TimeSpan.Zero, string.Empty, 0);
        for (var index = 0; index < cases; index++)
        {
            int[] fields = [.. Enumerable.Range(0, 12).Select(_ => Any(random))];
            if (random.Next(2) == 0)
            {
                MakeFit(fields, random);
            }

            var (start, bytes) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            try
            {
                var configuration = Build(fields, random);
                AdmissibleShapes.Check(configuration);
                Assert.True(configuration.PositionCount > 0 && configuration.Auxiliary.InnerSize > 0 && configuration.RowsPerPrefix >= 3);
                if (configuration.HiddenSize <= 1024)
                {
                    Assert.InRange(ParameterCount.WholeModel(configuration), 1, long.MaxValue);
                    accepted++;
                }
            }
            catch (RuleViolationException refusal)
            {
                Assert.DoesNotContain('\n', refusal.Message);
                Assert.InRange(refusal.Message.Length, 1, 20000);
            }

            var text = string.Join(", ", fields);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - bytes < MostBytes, $"{GC.GetAllocatedBytesForCurrentThread() - bytes} bytes for {text}");
            if (Stopwatch.GetElapsedTime(start) is var time && time > slowest)
            {
                (slowest, slow) = (time, text);
            }
        }

        // A refusal takes milliseconds, the first one of a process its compilation, and a counted shape up to some hundred; 11 s was a bug.
        Assert.True(slowest < TimeSpan.FromSeconds(3), $"{slowest} for {slow}");
        Assert.InRange(accepted, cases / 50, cases);
    }

    [Theory]
    [InlineData(int.MaxValue, 4)]
    [InlineData(20, 715827883)]
    [InlineData(20, int.MaxValue)]
    [InlineData(1 << 29, 4)]
    public void Sizes_beyond_an_array_are_refused_and_never_negative(int positions, int chunks)
    {
        var small = SmallModels.Configuration;
        var configuration = small with { Auxiliary = small.Auxiliary with { MaximumPositions = positions, MlpChunkCount = chunks } };
        Refusal.Of(() => AdmissibleShapes.Check(configuration), "must have at most 2147483591 entries");
        Refusal.Of(() => ParameterCount.WholeModel(configuration), "must have at most 2147483591 entries");
        Assert.Contains($"{positions}", configuration.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 65536, 65536, 65536, 65536 })]
    [InlineData(new[] { 65536, 65536 })]
    [InlineData(new[] { int.MaxValue, int.MaxValue, 3 })]
    public void A_tensor_whose_size_wraps_around_is_refused(int[] shape) =>
        Refusal.Of(() => new Tensor(shape, []), "a tensor must have at most", string.Join(" × ", shape));

    [Fact]
    public void A_tensor_with_an_empty_axis_is_empty_whatever_the_others()
    {
        Assert.Empty(new Tensor([65536, 65536, 65536, 0], []).Values.ToArray());
        Refusal.Of(() => new Tensor([-1, -1], [1]), "must not be negative");
    }

    private static TintConfiguration Build(int[] f, Random random) => new()
    {
        Auxiliary = new AuxiliaryConfiguration
        {
            Family = random.Next(20) == 0 ? (AuxiliaryFamily)f[11] : AuxiliaryFamily.Opt,
            Activation = random.Next(20) == 0 ? (ActivationKind)f[11] : ActivationKind.Gelu,
            HiddenSize = f[0],
            HeadCount = f[1],
            LayerCount = f[2],
            VocabularySize = f[3],
            MaximumPositions = f[4],
            MlpChunkCount = f[5],
        },
        Loss = random.Next(20) == 0 ? (LossKind)f[11] : LossKind.Quad,
        HiddenSize = f[6],
        HeadCount = f[7],
        PrefixCount = f[8],
        SgdSteps = f[9],
        TrainedLayers = f[10],
        ShareBlocks = random.Next(2) == 0,
    };

    private static int Any(Random random) => random.Next(3) switch
    {
        0 => Extremes[random.Next(Extremes.Length)],
        1 => (int)Math.Min(int.MaxValue, Math.Pow(2, 31 * random.NextDouble())),
        _ => random.Next(1, 64),
    };

    /// <summary>Leaves most fields as they are, but ties together those that must fit, so that more than the first rule is reached.</summary>
    private static void MakeFit(int[] f, Random random)
    {
        if (f[0] < 3 || f[0] > 1 << 20)
        {
            f[0] = 3 * random.Next(1, 200);
        }

        int[] prefixes = [.. AdmissibleShapes.PrefixCounts(f[0])];
        if (prefixes.Length == 0)
        {
            return;
        }

        f[8] = prefixes[random.Next(prefixes.Length)];
        if ((long)f[0] * ((f[0] / f[8]) + 1) > int.MaxValue)
        {
            return;
        }

        f[6] = AdmissibleShapes.HiddenSize(f[0], f[8]);
        f[1] = 1;
        f[7] = AdmissibleShapes.HeadCounts(f[0], 1, f[6]).FirstOrDefault(1);
        foreach (var field in (int[])[2, 3, 4, 5, 9])
        {
            f[field] = Math.Max(2, f[field]);
        }

        f[10] = Math.Min(f[2], Math.Max(0, f[10]));
    }
}
