using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules.GatedUnit;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.GatedUnit;

/// <summary>The gated unit: construction, closed form, the true gradient within the certificate, and faults that must show.</summary>
public sealed class GatedUnitModuleTests
{
    private delegate (Matrix<double> Output, GatedUnitMemory Memory) Forward(TintConfiguration configuration, Matrix<double> z, Matrix<double> b);

    private delegate (Matrix<double> Gate, Matrix<double> Signal) Backward(TintConfiguration configuration, Matrix<double> gradient, GatedUnitMemory memory);

    /// <summary>What the closed form gets wrong, by name.</summary>
    private static readonly Dictionary<string, (Forward? Forward, Backward? Backward)> Faults = new()
    {
        ["gate and signal change places"] = ((c, z, b) => SimulatedGatedUnit.Forward(c, b, z), null),
        ["the memory holds σ(z)"] = (
            (c, z, b) =>
            {
                var (output, memory) = SimulatedGatedUnit.Forward(c, z, b);
                return (output, memory with { Gate = ExactActivation.Forward(c.Auxiliary.Activation, memory.Gate) });
            },
            null),
        ["the other activation"] = ((c, z, b) => SimulatedGatedUnit.Forward(OtherActivation(c), z, b), null),
        ["g is not multiplied by b"] = (
            null,
            (c, g, memory) => SimulatedGatedUnit.Backward(c, g, memory with { Signal = memory.Signal.Map(_ => 1.0, Zeros.Include) })),
        ["the gradient at b is b∘g"] = (null, (c, g, memory) => SimulatedGatedUnit.Backward(c, g, memory) with { Signal = g.PointwiseMultiply(memory.Signal) }),
        ["the gradients change places"] = (
            null,
            (c, g, memory) =>
            {
                var (gate, signal) = SimulatedGatedUnit.Backward(c, g, memory);
                return (signal, gate);
            }),
        ["the difference is taken on the other side"] = (
            null,
            (c, g, memory) => (-SimulatedGatedUnit.Backward(c, -g, memory).Gate, SimulatedGatedUnit.Backward(c, g, memory).Signal)),
        ["a gate is forgotten"] = (
            null,
            (c, g, memory) => (SimulatedGatedUnit.Backward(c, g, memory).Gate, SimulatedGatedUnit.Backward(c, g, memory).Signal / SimulatedGate.Factor(c))),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Forward_multiplies_the_activated_gate_by_the_signal(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var memory = Memory(shape.Configuration);
        var output = new GatedUnitForward(textbook.Configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var (z, b) = (textbook.Memory(0), textbook.Memory(1));
        textbook.Slot(ExactGatedUnit.Forward(textbook.Configuration.Auxiliary.Activation, z, b), output.Tokens[0]);
        Textbook.Exactly(b, output.Tokens[memory]);
        Textbook.Exactly(z, output.Tokens[memory + 1]);
        Textbook.Empty(output.Tokens, 0, memory, memory + 1);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Backward_is_a_finite_difference_for_the_gate_and_a_product_for_the_signal(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var (memory, kind, scale) = (Memory(shape.Configuration), shape.Configuration.Auxiliary.Activation, shape.Configuration.FiniteDifferenceScale);
        var output = new GatedUnitBackward(textbook.Configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var (g, b, z) = (textbook.Signal, textbook.Memory(memory), textbook.Memory(memory + 1));
        var end = ExactActivation.Forward(kind, z + (g.PointwiseMultiply(b) / scale));
        textbook.Slot((scale * end) - (scale * ExactActivation.Forward(kind, z)), output.Tokens[0]);
        textbook.Slot(ExactGatedUnit.Backward(kind, z, b, g).Signal, output.Tokens[1]);
        Textbook.Empty(output.Tokens, 0, 1);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void The_closed_form_is_the_construction_gates_included(ShapeCase shape) =>
        Assert.InRange(Worst(shape, SimulatedGatedUnit.Forward, SimulatedGatedUnit.Backward), 0, 1);

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_fault_shows(string name)
    {
        var (forward, backward) = Faults[name];
        Closeness.Sees(
            shape => Worst(shape, SimulatedGatedUnit.Forward, SimulatedGatedUnit.Backward),
            shape => Worst(shape, forward ?? SimulatedGatedUnit.Forward, backward ?? SimulatedGatedUnit.Backward));
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void Backward_goes_to_the_true_gradient_within_its_certificate(ShapeCase shape)
    {
        var (c, z, b, g) = Drawn(shape);
        var (kind, scale, leak) = (c.Auxiliary.Activation, c.FiniteDifferenceScale, new GateLeak(c.EffectiveGateScale));
        var (_, memory) = SimulatedGatedUnit.Forward(c, z, b);
        var (gate, signal) = SimulatedGatedUnit.Backward(c, g, memory);
        var (trueGate, trueSignal) = ExactGatedUnit.Backward(kind, z, b, g);
        var bound = GatedUnitCertificate.Gate(kind, z, b, g, scale, leak)
            + (2 * GatedUnitCertificate.Rounding(kind, z, b, g, scale, FloatingPoint.Binary64));
        Assert.All((gate - trueGate).EnumerateIndexed(), entry => Assert.InRange(Math.Abs(entry.Item3), 0, bound[entry.Item1, entry.Item2]));

        // Both sides form σ(z)g; 24 roundings of |z||g| cover the activation's own eight, the products and the gates.
        var exact = GatedUnitCertificate.Signal(kind, z, g, leak)
            + z.Map2((at, gradient) => FloatingPoint.Binary64.Gamma(24) * Math.Abs(at * gradient), g);
        Assert.All((signal - trueSignal).EnumerateIndexed(), entry => Assert.InRange(Math.Abs(entry.Item3), 0, exact[entry.Item1, entry.Item2]));
    }

    [Fact]
    public void With_gates_of_one_the_error_falls_as_one_over_N()
    {
        var (c, z, b, g) = Drawn(new ShapeCase(SmallModels.Configuration with { Departures = Departures.Paper }, TokenCount: 5, Seed: 3));
        var (exact, _) = ExactGatedUnit.Backward(c.Auxiliary.Activation, z, b, g);
        double Error(double scale)
        {
            var at = c with { FiniteDifferenceScale = scale };
            return (SimulatedGatedUnit.Backward(at, g, SimulatedGatedUnit.Forward(at, z, b).Memory).Gate - exact).FrobeniusNorm();
        }

        Assert.InRange(Error(1e3) / Error(1e4), 9.9, 10.1);
    }

    /// <summary>Central differences of Σ w∘σ(z)∘b in every entry of z and b.</summary>
    [Fact]
    public void The_exact_gradient_is_that_of_finite_differences()
    {
        foreach (var kind in Enum.GetValues<ActivationKind>())
        {
            var random = new RandomNumbers(11);
            var (z, b, w) = (random.Matrix(3, 4), random.Matrix(3, 4), random.Matrix(3, 4));
            var (gate, signal) = ExactGatedUnit.Backward(kind, z, b, w);
            double Value(Matrix<double> atZ, Matrix<double> atB) => w.PointwiseMultiply(ExactGatedUnit.Forward(kind, atZ, atB)).Enumerate().Sum();
            Assert.All(z.EnumerateIndexed(), entry =>
            {
                var step = Matrix<double>.Build.Dense(3, 4);
                step[entry.Item1, entry.Item2] = 1e-5;
                Assert.Equal((Value(z + step, b) - Value(z - step, b)) / 2e-5, gate[entry.Item1, entry.Item2], 1e-8);
                Assert.Equal((Value(z, b + step) - Value(z, b - step)) / 2e-5, signal[entry.Item1, entry.Item2], 1e-8);
            });
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Rejects_memory_in_the_signals_or_beyond_the_end(int slot)
    {
        Refusal.Of(() => new GatedUnitForward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 2 to 2");
        Refusal.Of(() => new GatedUnitBackward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 2 to 2");
    }

    [Fact]
    public void Rejects_signals_of_other_shapes()
    {
        var (two, three) = (Matrix<double>.Build.Dense(2, 6), Matrix<double>.Build.Dense(3, 6));
        Refusal.Of(() => SimulatedGatedUnit.Forward(SmallModels.Configuration, two, three), "what the gate multiplies must be [2 × 6]");
        Refusal.Of(() => SimulatedGatedUnit.Backward(SmallModels.Configuration, two, new GatedUnitMemory(three, two)), "memory of b must be [2 × 6]");
        Refusal.Of(() => ExactGatedUnit.Backward(ActivationKind.Silu, two, two, three), "output gradient must be [2 × 6]");
    }

    /// <summary>The largest error/bound of a closed form against the construction, with the gates of the shape.</summary>
    private static double Worst(ShapeCase shape, Forward forward, Backward backward)
    {
        var (c, states, memory) = (shape.Configuration, shape.States(), Memory(shape.Configuration));
        Matrix<double> Slot(int slot) => states.Tokens[slot]?.Value ?? Matrix<double>.Build.Dense(shape.TokenCount, c.Auxiliary.HiddenSize);
        var constructed = new GatedUnitForward(c, memory).Run(states, Textbook.Arithmetic).Tokens;
        var (output, left) = forward(c, Slot(0), Slot(1));
        var gradients = new GatedUnitBackward(c, memory).Run(states, Textbook.Arithmetic).Tokens;
        var (gate, signal) = backward(c, Slot(0), new GatedUnitMemory(Slot(memory), Slot(memory + 1)));
        return new[]
        {
            Closeness.Ratio(output, constructed[0]),
            Closeness.Ratio(left.Signal, constructed[memory]),
            Closeness.Ratio(left.Gate, constructed[memory + 1]),
            Closeness.Ratio(gate, gradients[0]),
            Closeness.Ratio(signal, gradients[1]),
        }.Max();
    }

    private static int Memory(TintConfiguration configuration) => configuration.RowsPerPrefix - 1;

    private static (TintConfiguration Configuration, Matrix<double> Z, Matrix<double> B, Matrix<double> G) Drawn(ShapeCase shape)
    {
        var (random, width) = (new RandomNumbers(shape.Seed), shape.Configuration.Auxiliary.HiddenSize);
        Matrix<double> Next() => random.Matrix(shape.TokenCount, width);
        return (shape.Configuration, Next(), Next(), Next());
    }

    private static TintConfiguration OtherActivation(TintConfiguration configuration) => configuration with
    {
        Auxiliary = configuration.Auxiliary with
        {
            Activation = configuration.Auxiliary.Activation == ActivationKind.Silu ? ActivationKind.QuickGelu : ActivationKind.Silu,
        },
    };
}
