using Tint.Reference.Configuration;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Configuration;

public sealed class AuxiliaryConfigurationTests
{
    private static readonly AuxiliaryConfiguration Valid = SmallModels.Configuration.Auxiliary;

    private static readonly Dictionary<string, (Func<int, AuxiliaryConfiguration> With, int Least)> Counts = new()
    {
        ["Auxiliary.HiddenSize"] = (value => Valid with { HiddenSize = value }, 1),
        ["Auxiliary.HeadCount"] = (value => Valid with { HeadCount = value }, 1),
        ["Auxiliary.LayerCount"] = (value => Valid with { LayerCount = value }, 1),
        ["Auxiliary.VocabularySize"] = (value => Valid with { VocabularySize = value }, 2),
        ["Auxiliary.MaximumPositions"] = (value => Valid with { MaximumPositions = value }, 1),
        ["Auxiliary.MlpChunkCount"] = (value => Valid with { MlpChunkCount = value }, 1),
    };

    public static TheoryData<string> Names { get; } = [.. Counts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rejects_a_count_that_is_too_small_also_under_with(string name)
    {
        var (with, least) = Counts[name];
        Assert.NotNull(with(least));
        var refusal = Refusal.Of(() => with(least - 1));
        Assert.Equal($"{name} must be at least {least}", refusal.Rule);
        Assert.Equal($"{least - 1}", refusal.Found);
        Assert.Equal($"use {least} or more", refusal.Remedy);
        Refusal.Of(() => with(int.MinValue), name, "-2147483648");
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-1e-5, "-1E-05")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Rejects_an_epsilon_that_is_not_a_positive_number(double epsilon, string found)
    {
        var refusal = Refusal.Of(() => Valid with { LayerNormEpsilon = epsilon }, "Auxiliary.LayerNormEpsilon must be finite and positive");
        Assert.Equal(found, refusal.Found);
    }

    [Fact]
    public void Rejects_heads_that_do_not_divide_the_width_and_lists_those_that_do()
    {
        var refusal = Refusal.Of(() => (Valid with { HiddenSize = 12, HeadCount = 5 }).Check(), "Auxiliary.HeadCount must divide Auxiliary.HiddenSize");
        Assert.Equal("5 heads for width 12", refusal.Found);
        Assert.Equal("use one of 1, 2, 3, 4, 6, 12", refusal.Remedy);
        Assert.All((int[])[1, 2, 3, 4, 6, 12], heads => (Valid with { HiddenSize = 12, HeadCount = heads }).Check());
    }

    [Fact]
    public void Widths_follow_from_the_counts()
    {
        var configuration = Valid with { HiddenSize = 12, HeadCount = 3, MlpChunkCount = 4 };
        Assert.Equal((48, 4), (configuration.InnerSize, configuration.HeadSize));
    }
}
