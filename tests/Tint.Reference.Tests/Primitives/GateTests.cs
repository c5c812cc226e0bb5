using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class GateTests
{
    private const double Old = 3;
    private const double New = 5;

    private static readonly TintConfiguration Leaking = SmallModels.Configuration with { GateScale = 0.5 };

    private static readonly Dictionary<string, (Func<TintConfiguration, Gate> Gate, double Prefix, double Token)> Gates = new()
    {
        // Multiples of ρ that prefixes and tokens end with: the old value 3, the new value 5, or both.
        ["replace tokens"] = (Gate.ReplaceTokens, Old, New),
        ["add to tokens"] = (Gate.AddToTokens, Old, Old + New),
        ["add to prefixes"] = (Gate.AddToPrefixes, Old + New, New),
    };

    public static TheoryData<string> Names { get; } = [.. Gates.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_gate_lets_through_what_its_name_says_times_rho(string name)
    {
        var (gate, prefix, token) = Gates[name];
        var rho = Math.Tanh(0.5);
        var result = gate(Leaking).Apply(States(Old), States(New), Arithmetic.Plain);
        Near(prefix * rho, result.Prefixes);
        Near(token * rho, result.Tokens);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_the_leak_nothing_is_scaled(string name)
    {
        var (gate, prefix, token) = Gates[name];
        var exact = gate(Leaking with { Departures = Departures.Published with { GateLeak = false } });
        var result = exact.Apply(States(Old), States(New), Arithmetic.Tracking(new WorstCaseRounding(RoundingModel.DoubleRoundoff)));
        Assert.All(result.Prefixes.ToMatrix().Enumerate(), value => Assert.Equal(prefix, value));
        Assert.All(result.Tokens.ToMatrix().Enumerate(), value => Assert.Equal(token, value));
        if (name == "replace tokens")
        {
            Assert.All(result.ToErrorMatrix().Enumerate(), error => Assert.Equal(0, error));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_tensors_hold_the_weights_of_the_position_one_hot(string name)
    {
        var gate = Gates[name].Gate(Leaking);
        foreach (var (part, prefixWeight, bias) in new[] { ("old_v", gate.OldPrefixWeight, gate.OldBias), ("new_v", gate.NewPrefixWeight, gate.NewBias) })
        {
            var tensor = gate.Tensors("g").Named($"g.{part}.weight");
            Assert.Equal([10, 1], tensor.Shape);
            Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, prefixWeight, prefixWeight], tensor.Values.ToArray());
            Assert.Equal([bias], gate.Tensors("g").Named($"g.{part}.bias").Values.ToArray());
        }
    }

    [Fact]
    public void Empty_slots_stay_empty()
    {
        var nothing = HiddenStates.From(Leaking, Matrix<double>.Build.Dense(3, 24));
        var result = Gate.AddToPrefixes(Leaking).Apply(nothing, nothing, Arithmetic.Plain);
        Assert.All(Enumerable.Range(0, 4), slot => Assert.Null(result.Prefixes[slot] ?? result.Tokens[slot]));
        var replaced = Gate.ReplaceTokens(Leaking).Apply(States(Old), nothing, Arithmetic.Plain);
        Assert.All(Enumerable.Range(0, 4), slot => Assert.Null(replaced.Tokens[slot]));
    }

    /// <summary>tanh and a product, so three roundings at the most, and one more for a sum.</summary>
    private static void Near(double expected, Slots got) =>
        Assert.All(got.ToMatrix().Enumerate(), value => Assert.Equal(expected, value, 4 * RoundingModel.DoubleRoundoff * expected));

    private static HiddenStates States(double value) => HiddenStates.From(Leaking, Matrix<double>.Build.Dense(3, 24, value));
}
