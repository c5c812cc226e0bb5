using FsCheck;
using FsCheck.Fluent;
using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Properties.Tests.Generators;

public sealed class CaseGeneratorTests
{
    private static readonly LawCase[] Cases = [.. Enumerable.Range(0, 600).Select(seed => CaseGenerator.FromSeed((ulong)seed))];

    [Fact]
    public void Every_case_is_admissible()
    {
        foreach (var item in Cases)
        {
            item.Check();
        }
    }

    /// <summary>Families' models are drawn apart, from a case's own numbers: a family that is not drawn has no laws.</summary>
    [Fact]
    public void Every_family_is_drawn() => Assert.Equal(
        FamilyCatalogue.Families.Order(StringComparer.Ordinal),
        Cases.Take(200).Select(item => FamilyDraw.Of(item).Model.ModelType).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_seed_gives_the_same_case_again()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var again = CaseGenerator.FromSeed((ulong)seed);
            Assert.Equal(Cases[seed].ToString(), again.ToString());
            Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(Cases[seed].Weights), AuxiliaryWeightsAlgebra.Flatten(again.Weights));
            Assert.Equal(Cases[seed].Signal, again.Signal);
            Assert.Equal(Cases[seed].Choice, again.Choice);
        }
    }

    [Fact]
    public void Every_option_and_mask_comes_up()
    {
        Assert.Equal(Enum.GetValues<AuxiliaryFamily>(), Values(item => item.Auxiliary.Family));
        Assert.Equal(Enum.GetValues<ActivationKind>(), Values(item => item.Auxiliary.Activation));
        Assert.Equal(Enum.GetValues<LossKind>(), Values(item => item.Configuration.Loss));
        Assert.Equal([0, 1, 2, 3], Values(item => item.Configuration.SgdSteps));
        Assert.Equal([1, 2, 3, 4], Values(item => item.Auxiliary.MlpChunkCount));
        Assert.Equal([1, 2, 3], Values(item => item.Auxiliary.LayerCount));
        Assert.Equal([1, 2, 3], Values(item => item.Batch.Count));
        Assert.Equal(1, Values(item => item.Sequence.Length).First());
        Func<LawCase, bool>[] flags =
        [
            item => item.Configuration.RestrictPrefixes,
            item => item.Configuration.BackpropagateThroughAttention,
            item => item.Configuration.LayerNormBiasOnly,
            item => item.Configuration.ShareBlocks,
            item => item.Configuration.Departures.GateLeak,
            item => item.Configuration.Departures.MlpBiasLearntPerChunk,
            item => item.Configuration.Departures.LastPositionUnmasked,
            item => item.Configuration.Departures.DenseLayerNormDescent,
            item => item.Configuration.TrainedLayers < item.Auxiliary.LayerCount,
            item => item.Auxiliary.HiddenSize > 12,
            item => item.Sequence.Labels is null,
            item => item.Sequence.Labels?.Contains(-100) ?? false,
            item => item.Sequence.GradientMask is null,
            item => item.Sequence.IclMask is null,
            item => item.Sequence.TrainMask.All(value => value == 0),
            item => item.Sequence.TrainMask[^1] == 0,
            item => item.Layer.Value.Weight.Enumerate().All(value => value == 0),
        ];
        Assert.All(flags, flag => Assert.Equal([false, true], Values(flag)));
    }

    [Fact]
    public void Every_prefix_count_and_head_count_of_a_width_comes_up()
    {
        // One sample for every run: of any other, one in twenty-five lacks one of the four head counts below.
        var ofWidth = CaseGenerator.Cases.Where(item => item.Auxiliary.HiddenSize == 12).Sample(size: 50, numberOfSamples: 400, seed: new Rnd(1UL)).ToArray();
        Assert.Equal(AdmissibleShapes.PrefixCounts(12), ofWidth.Select(item => item.Configuration.PrefixCount).Distinct().Order());
        Assert.Equal([1, 2, 3, 4, 6, 12], ofWidth.Select(item => item.Auxiliary.HeadCount).Distinct().Order());
        var shape = ofWidth.Where(item => item is { Auxiliary.HeadCount: 12, Configuration.PrefixCount: 4 }).ToArray();
        Assert.Equal(AdmissibleShapes.HeadCounts(12, 12, 48), shape.Select(item => item.Configuration.HeadCount).Distinct().Order());
    }

    private static T[] Values<T>(Func<LawCase, T> of) => [.. Cases.Select(of).Distinct().Order()];
}
