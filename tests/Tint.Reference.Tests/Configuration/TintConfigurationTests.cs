using Tint.Reference.Configuration;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Configuration;

public sealed class TintConfigurationTests
{
    private static readonly TintConfiguration Valid = SmallModels.Configuration;

    private static readonly Dictionary<string, (Func<int, TintConfiguration> With, int Least)> Counts = new()
    {
        ["HiddenSize"] = (value => Valid with { HiddenSize = value }, 1),
        ["HeadCount"] = (value => Valid with { HeadCount = value }, 1),
        ["PrefixCount"] = (value => Valid with { PrefixCount = value }, 1),
        ["SgdSteps"] = (value => Valid with { SgdSteps = value }, 0),
        ["TrainedLayers"] = (value => Valid with { TrainedLayers = value }, 0),
    };

    private static readonly Dictionary<string, Func<double, TintConfiguration>> PositiveNumbers = new()
    {
        ["GateScale"] = value => Valid with { GateScale = value },
        ["FiniteDifferenceScale"] = value => Valid with { FiniteDifferenceScale = value },
    };

    public static TheoryData<string> CountNames { get; } = [.. Counts.Keys];

    public static TheoryData<string> PositiveNames { get; } = [.. PositiveNumbers.Keys];

    [Theory]
    [MemberData(nameof(CountNames))]
    public void Rejects_a_count_that_is_too_small_also_under_with(string name)
    {
        var (with, least) = Counts[name];
        Assert.NotNull(with(least));
        var refusal = Refusal.Of(() => with(least - 1));
        Assert.Equal($"{name} must be at least {least}", refusal.Rule);
        Assert.Equal($"{least - 1}", refusal.Found);
    }

    [Theory]
    [MemberData(nameof(PositiveNames))]
    public void Rejects_a_scale_that_is_not_a_positive_number(string name)
    {
        foreach (var value in new[] { 0, -10, double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Refusal.Of(() => PositiveNumbers[name](value), $"{name} must be finite and positive");
        }

        Assert.NotNull(PositiveNumbers[name](double.Epsilon));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Rejects_a_learning_rate_that_is_not_finite(double rate) =>
        Refusal.Of(() => Valid with { InnerLearningRate = rate }, "InnerLearningRate must be finite", "neither NaN nor infinite");

    [Fact]
    public void A_learning_rate_may_be_zero_or_climb()
    {
        Assert.Equal(0, (Valid with { InnerLearningRate = 0 }).InnerLearningRate);
        Assert.Equal(-1, (Valid with { InnerLearningRate = -1 }).InnerLearningRate);
    }

    [Fact]
    public void Sizes_follow_from_the_counts() =>
        Assert.Equal((3, 3, 10), (Valid.RowsPerPrefix, Valid.HeadSize, Valid.PositionCount));

    [Fact]
    public void Without_the_leak_the_gate_scale_saturates_tanh_unless_it_did_already()
    {
        var exact = Departures.Published with { GateLeak = false };
        Assert.Equal(10, Valid.EffectiveGateScale);
        Assert.True(Math.Tanh(10) < 1);
        Assert.Equal(1, Math.Tanh((Valid with { Departures = exact }).EffectiveGateScale));
        Assert.Equal(60, (Valid with { Departures = exact, GateScale = 60 }).EffectiveGateScale);
    }
}
