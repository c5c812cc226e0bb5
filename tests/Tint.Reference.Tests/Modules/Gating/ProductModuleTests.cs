using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.Gating;

/// <summary>Products of two signals, and the gated unit that one makes with an activation: construction, closed form, truth, and faults that must show.</summary>
public sealed class ProductModuleTests
{
    private delegate (Matrix<double> Output, ProductMemory Memory) Forward(TintConfiguration configuration, Matrix<double> left, Matrix<double> right);

    private delegate (Matrix<double> Left, Matrix<double> Right) Backward(TintConfiguration configuration, Matrix<double> gradient, ProductMemory memory);

    /// <summary>What the closed form gets wrong, by name.</summary>
    private static readonly Dictionary<string, (Forward? Forward, Backward? Backward)> Faults = new()
    {
        ["the signals are added"] = ((c, a, b) => (SimulatedGate.Factor(c) * (a + b), SimulatedProduct.Forward(c, a, b).Memory), null),
        ["the memory holds the product"] = (
            (c, a, b) =>
            {
                var (output, memory) = SimulatedProduct.Forward(c, a, b);
                return (output, memory with { Left = output });
            },
            null),
        ["the factors change places in memory"] = (
            (c, a, b) => (SimulatedProduct.Forward(c, a, b).Output, SimulatedProduct.Forward(c, b, a).Memory), null),
        ["each factor is multiplied by itself"] = (
            null, (c, g, memory) => SimulatedProduct.Backward(c, g, new ProductMemory(memory.Right, memory.Left))),
        ["the gradient passes unmultiplied"] = (null, (c, g, memory) => SimulatedProduct.Backward(c, g, memory) with { Left = SimulatedGate.Factor(c) * g }),
        ["a gate is forgotten"] = (
            null, (c, g, memory) => (SimulatedProduct.Backward(c, g, memory).Left / SimulatedGate.Factor(c), SimulatedProduct.Backward(c, g, memory).Right)),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Forward_multiplies_two_slots_and_keeps_both(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var memory = MemorySlots.Product(shape.Configuration);
        var output = new ProductForward(textbook.Configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var (a, b) = (textbook.Memory(0), textbook.Memory(1));
        textbook.Slot(ExactProduct.Forward(a, b), output.Tokens[0]);
        Textbook.Exactly(a, output.Tokens[memory]);
        Textbook.Exactly(b, output.Tokens[memory + 1]);
        Textbook.Empty(output.Tokens, 0, memory, memory + 1);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Backward_multiplies_the_gradient_by_the_other_factor(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var memory = MemorySlots.Product(shape.Configuration);
        var output = new ProductBackward(textbook.Configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var (left, right) = ExactProduct.Backward(textbook.Memory(memory), textbook.Memory(memory + 1), textbook.Signal);
        textbook.Slot(left, output.Tokens[0]);
        textbook.Slot(right, output.Tokens[1]);
        Textbook.Exactly(textbook.Memory(memory), output.Tokens[memory]);
        Textbook.Exactly(textbook.Memory(memory + 1), output.Tokens[memory + 1]);
        Textbook.Empty(output.Tokens, 0, 1, memory, memory + 1);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void The_closed_form_is_the_construction_gates_included(ShapeCase shape) =>
        Assert.InRange(Worst(shape, SimulatedProduct.Forward, SimulatedProduct.Backward), 0, 1);

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_fault_shows(string name)
    {
        var (forward, backward) = Faults[name];
        Closeness.Sees(
            shape => Worst(shape, SimulatedProduct.Forward, SimulatedProduct.Backward),
            shape => Worst(shape, forward ?? SimulatedProduct.Forward, backward ?? SimulatedProduct.Backward));
    }

    /// <summary>σ(z)∘b by the activation's modules and the product's: both gradients within their certificates, gates included.</summary>
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void A_gated_unit_goes_to_the_true_gradients_within_its_certificate(ShapeCase shape)
    {
        var (c, z, b, g) = Drawn(shape);
        var (kind, scale, leak) = (c.Auxiliary.Activation, c.FiniteDifferenceScale, new GateLeak(c.EffectiveGateScale));
        var (a, storedZ) = SimulatedActivation.Forward(c, z);
        var (_, memory) = SimulatedProduct.Forward(c, a, b);
        var (atActivation, atSignal) = SimulatedProduct.Backward(c, g, memory);
        var atGate = SimulatedActivation.Backward(c, atActivation, storedZ);

        var trueActivation = ExactActivation.Forward(kind, z);
        var (h, trueSignal) = ExactProduct.Backward(trueActivation, b, g);
        var trueGate = ExactActivation.Backward(kind, z, h);
        var roundings = FloatingPoint.Binary64.Gamma(16);
        Matrix<double> Room(Matrix<double> magnitude) => roundings * magnitude.PointwiseAbs();
        Within(ProductCertificate.Bound(trueActivation, memory.Left, g, leak) + Room(z.PointwiseMultiply(g)), atSignal - trueSignal);
        var error = ProductCertificate.Bound(b, memory.Right, g, leak) + Room(h);
        Within(error, atActivation - h);
        Within(
            ProductCertificate.ThroughActivation(kind, z, storedZ, atActivation, error, scale)
                + (2 * ScaledDifference.Rounding(kind, storedZ, atActivation, scale, FloatingPoint.Binary64))
                + Room(h.PointwiseMultiply(z)) + (2 * Room(h)),
            atGate - trueGate);
    }

    [Fact]
    public void With_gates_of_one_the_product_is_exact_and_a_gated_units_error_falls_as_one_over_N()
    {
        var (c, z, b, g) = Drawn(new ShapeCase(SmallModels.Configuration with { Departures = Departures.Paper }, TokenCount: 5, Seed: 3));
        var kind = c.Auxiliary.Activation;
        var (h, signal) = ExactProduct.Backward(ExactActivation.Forward(kind, z), b, g);
        var exact = ExactActivation.Backward(kind, z, h);
        double Error(double scale)
        {
            var at = c with { FiniteDifferenceScale = scale };
            var (a, storedZ) = SimulatedActivation.Forward(at, z);
            var gradients = SimulatedProduct.Backward(at, g, SimulatedProduct.Forward(at, a, b).Memory);
            Assert.Equal(0, (gradients.Left - h).FrobeniusNorm());
            Assert.Equal(0, (gradients.Right - signal).FrobeniusNorm(), 1e-14);
            return (SimulatedActivation.Backward(at, gradients.Left, storedZ) - exact).FrobeniusNorm();
        }

        Assert.InRange(Error(1e3) / Error(1e4), 9.9, 10.1);
    }

    /// <summary>Central differences of Σ w∘a∘b in every entry of a and b.</summary>
    [Fact]
    public void The_exact_gradient_is_that_of_finite_differences()
    {
        var random = new RandomNumbers(11);
        var (a, b, w) = (random.Matrix(3, 4), random.Matrix(3, 4), random.Matrix(3, 4));
        var (left, right) = ExactProduct.Backward(a, b, w);
        double Value(Matrix<double> atA, Matrix<double> atB) => w.PointwiseMultiply(ExactProduct.Forward(atA, atB)).Enumerate().Sum();
        Assert.All(a.EnumerateIndexed(), entry =>
        {
            var step = Matrix<double>.Build.Dense(3, 4);
            step[entry.Item1, entry.Item2] = 1e-5;
            Assert.Equal((Value(a + step, b) - Value(a - step, b)) / 2e-5, left[entry.Item1, entry.Item2], 1e-9);
            Assert.Equal((Value(a, b + step) - Value(a, b - step)) / 2e-5, right[entry.Item1, entry.Item2], 1e-9);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Rejects_memory_in_the_signals_or_beyond_the_end(int slot)
    {
        Refusal.Of(() => new ProductForward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 2 to 2");
        Refusal.Of(() => new ProductBackward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 2 to 2");
    }

    [Fact]
    public void Rejects_signals_of_other_shapes()
    {
        var (two, three) = (Matrix<double>.Build.Dense(2, 6), Matrix<double>.Build.Dense(3, 6));
        Refusal.Of(() => SimulatedProduct.Forward(SmallModels.Configuration, two, three), "the second factor of a product must be [2 × 6]");
        Refusal.Of(() => SimulatedProduct.Backward(SmallModels.Configuration, two, new ProductMemory(three, two)), "first factor must be [2 × 6]");
        Refusal.Of(() => ExactProduct.Backward(two, two, three), "output gradient must be [2 × 6]");
        Refusal.Of(() => ProductCertificate.Bound(two, three, two, new GateLeak(10)), "the stored factor of a product must be [2 × 6]");
    }

    /// <summary>The largest error/bound of a closed form against the construction, with the gates of the shape.</summary>
    private static double Worst(ShapeCase shape, Forward forward, Backward backward)
    {
        var (c, states, memory) = (shape.Configuration, shape.States(), MemorySlots.Product(shape.Configuration));
        Matrix<double> Slot(int slot) => states.Tokens[slot]?.Value ?? Matrix<double>.Build.Dense(shape.TokenCount, c.Auxiliary.HiddenSize);
        var constructed = new ProductForward(c, memory).Run(states, Textbook.Arithmetic).Tokens;
        var (output, left) = forward(c, Slot(0), Slot(1));
        var gradients = new ProductBackward(c, memory).Run(states, Textbook.Arithmetic).Tokens;
        var (atLeft, atRight) = backward(c, Slot(0), new ProductMemory(Slot(memory), Slot(memory + 1)));
        return new[]
        {
            Closeness.Ratio(output, constructed[0]),
            Closeness.Ratio(left.Left, constructed[memory]),
            Closeness.Ratio(left.Right, constructed[memory + 1]),
            Closeness.Ratio(atLeft, gradients[0]),
            Closeness.Ratio(atRight, gradients[1]),
        }.Max();
    }

    private static void Within(Matrix<double> bound, Matrix<double> error) =>
        Assert.All(error.EnumerateIndexed(), entry => Assert.InRange(Math.Abs(entry.Item3), 0, bound[entry.Item1, entry.Item2]));

    private static (TintConfiguration Configuration, Matrix<double> Z, Matrix<double> B, Matrix<double> G) Drawn(ShapeCase shape)
    {
        var (random, width) = (new RandomNumbers(shape.Seed), shape.Configuration.Auxiliary.HiddenSize);
        Matrix<double> Next() => random.Matrix(shape.TokenCount, width);
        return (shape.Configuration, Next(), Next(), Next());
    }
}
