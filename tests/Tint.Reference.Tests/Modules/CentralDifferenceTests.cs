using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules;

/// <summary>The central stencil: construction, closed form, the true gradient within the certificate, and faults that must show.</summary>
public sealed class CentralDifferenceTests
{
    private delegate Matrix<double> Norm(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory);

    private delegate Matrix<double> Activation(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory);

    private static readonly Dictionary<string, Norm> NormFaults = new()
    {
        ["the forward stencil is taken"] = (c, layer, g, memory) => SimulatedLayerNorm.Backward(Forward(c), layer, g, memory),
        ["the half is forgotten"] = (c, layer, g, memory) => 2 * SimulatedLayerNorm.Backward(c, layer, g, memory),
        ["the second point is x̂, not x − u/N"] = (c, layer, g, memory) => SimulatedLayerNorm.Backward(
            c with { FiniteDifferenceScale = 2 * c.FiniteDifferenceScale }, layer, g, memory with { Input = memory.Input + memory.Normalized }),
        ["both points lie twice as far"] = (c, layer, g, memory) =>
            SimulatedLayerNorm.Backward(c with { FiniteDifferenceScale = c.FiniteDifferenceScale / 2 }, layer, g, memory),
        ["the points change places"] = (c, layer, g, memory) => -SimulatedLayerNorm.Backward(c, layer, g, memory),
    };

    private static readonly Dictionary<string, Activation> ActivationFaults = new()
    {
        ["the forward stencil is taken"] = (c, g, z) => SimulatedActivation.Backward(Forward(c), g, z),
        ["the backward stencil is taken"] = (c, g, z) => -SimulatedActivation.Backward(Forward(c), -g, z),
        ["the half is forgotten"] = (c, g, z) => 2 * SimulatedActivation.Backward(c, g, z),
        ["both points lie twice as far"] = (c, g, z) =>
            SimulatedActivation.Backward(c with { FiniteDifferenceScale = c.FiniteDifferenceScale / 2 }, g, z),
    };

    public static TheoryData<string> NormFaultNames => [.. NormFaults.Keys];

    public static TheoryData<string> ActivationFaultNames => [.. ActivationFaults.Keys];

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Layer_norm_backward_looks_at_both_sides_of_its_input(ShapeCase shape) => BothSides(
        shape, centred: true, (c, memory) => new LayerNormBackward(c, memory).Run);

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Rms_norm_backward_looks_at_both_sides_of_its_input(ShapeCase shape) => BothSides(
        shape, centred: false, (c, memory) => new RmsNormBackward(c, memory).Run);

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Activation_backward_looks_at_both_sides_of_its_input(ShapeCase shape)
    {
        var textbook = new Textbook(Central(shape));
        var (c, memory) = (textbook.Configuration, MemorySlots.Activation(textbook.Configuration));
        var (z, scale, kind) = (textbook.Memory(memory), c.FiniteDifferenceScale, c.Auxiliary.Activation);
        double Value(double at) => scale / 2 * ActivationFunction.Value(kind, at);
        var output = new ActivationBackward(c, memory).Run(textbook.States, Textbook.Arithmetic);
        textbook.Slot(textbook.Signal.MapIndexed((t, d, g) => Value(z[t, d] + (g / scale)) - Value(z[t, d] - (g / scale))), output.Tokens[0]);
        Textbook.Empty(output.Tokens, 0);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void The_closed_form_is_the_construction_gates_included(ShapeCase shape)
    {
        Assert.InRange(Worst(shape, SimulatedLayerNorm.Backward), 0, 1);
        Assert.InRange(Worst(shape, SimulatedRmsNorm.Backward, centred: false), 0, 1);
        Assert.InRange(Worst(shape, SimulatedActivation.Backward), 0, 1);
    }

    [Theory]
    [MemberData(nameof(NormFaultNames))]
    public void A_fault_of_a_normalisation_shows(string name) => Closeness.Sees(
        shape => Worst(shape, SimulatedLayerNorm.Backward), shape => Worst(shape, NormFaults[name]));

    [Theory]
    [MemberData(nameof(ActivationFaultNames))]
    public void A_fault_of_an_activation_shows(string name) => Closeness.Sees(
        shape => Worst(shape, SimulatedActivation.Backward), shape => Worst(shape, ActivationFaults[name]));

    /// <summary>Truncation falls as 1/N² until rounding takes over, and the certificate holds on the way.</summary>
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 30)]
    public void Backward_goes_to_the_true_gradient_as_the_square_of_the_step(ShapeCase shape)
    {
        var (width, random) = (shape.Configuration.Auxiliary.HiddenSize, new RandomNumbers(shape.Seed));
        var (x, g) = (random.Matrix(shape.TokenCount, width), random.Matrix(shape.TokenCount, width));
        var layer = new LayerNormParameters(random.Vector(width), Vector<double>.Build.Dense(width));
        foreach (var (scale, leaks) in new[] { (3.0, false), (100, false), (1000, true) })
        {
            var c = shape.Configuration with
            {
                Stencil = Stencil.Central,
                FiniteDifferenceScale = scale,
                Departures = Departures.Published with { GateLeak = leaks },
            };
            var (leak, epsilon) = (new GateLeak(c.EffectiveGateScale), c.Auxiliary.LayerNormEpsilon);
            var forward = ExactLayerNorm.Forward(layer, epsilon, x);
            var (exact, _) = ExactLayerNorm.Backward(layer, forward, g);
            var actual = SimulatedLayerNorm.Backward(c, layer, g, SimulatedLayerNorm.Forward(c, layer, x).Memory);
            for (var t = 0; t < x.RowCount; t++)
            {
                var (row, u) = (x.Row(t), g.Row(t).PointwiseMultiply(layer.Weight));
                var own = FloatingPoint.Binary64.Gamma((8L * width) + 40) * 4 * u.L2Norm() * forward.InverseDeviation[t]
                    * (1 + (row.L2Norm() * forward.InverseDeviation[t]));
                Assert.InRange(
                    (actual.Row(t) - exact.Row(t)).L2Norm(),
                    0,
                    LayerNormCertificate.Bound(row, u, scale, epsilon, Stencil.Central)
                        + leak.LayerNormBackwardBound(row, u, scale, epsilon, Stencil.Central)
                        + (4 * LayerNormCertificate.Rounding(row, u, scale, epsilon, FloatingPoint.Binary64, Stencil.Central))
                        + own);
            }
        }
    }

    /// <summary>What it costs: a mixing and a normalisation more in a norm's backward, nothing in an activation's.</summary>
    [Fact]
    public void A_norm_takes_one_mixing_more_and_an_activation_none()
    {
        var c = SmallModels.Configuration;
        var central = c with { Stencil = Stencil.Central };
        var mixing = new HeadMixing(c.HeadCount, c.HeadSize).Tensors("exchange_fc").Sum(tensor => tensor.Count);
        Assert.Equal(
            new LayerNormBackward(c, 2).Tensors().Sum(tensor => tensor.Count) + mixing,
            new LayerNormBackward(central, 2).Tensors().Sum(tensor => tensor.Count));
        Assert.Equal(
            new ActivationBackward(c, 3).Tensors().Sum(tensor => tensor.Count), new ActivationBackward(central, 3).Tensors().Sum(tensor => tensor.Count));
    }

    [Fact]
    public void Stencils_are_known_by_name()
    {
        Assert.Same(Stencil.Central, Stencil.Named("central"));
        Refusal.Of(() => Stencil.Named("backward"), "a stencil must be known", "backward", "use one of forward, central");
    }

    private static void BothSides(
        ShapeCase shape, bool centred, Func<TintConfiguration, int, Func<HiddenStates, Arithmetic, HiddenStates>> module)
    {
        var textbook = new Textbook(Central(shape));
        var (c, memory) = (textbook.Configuration, MemorySlots.LayerNorm(textbook.Configuration));
        var (x, step) = (textbook.Memory(memory + 1), textbook.Signal * textbook.Weight / c.FiniteDifferenceScale);
        var output = module(c, memory)(textbook.States, Textbook.Arithmetic);
        var (ahead, behind) = (Normalise(x + step, c, centred), Normalise(x - step, c, centred));
        textbook.Slot(c.FiniteDifferenceScale / 2 * (ahead - behind), output.Tokens[0]);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    private static Matrix<double> Normalise(Matrix<double> x, TintConfiguration configuration, bool centred)
    {
        var normal = x.Clone();
        for (var t = 0; t < x.RowCount; t++)
        {
            var row = x.Row(t) - (centred ? x.Row(t).Sum() / x.ColumnCount : 0);
            normal.SetRow(t, row / Math.Sqrt((row.DotProduct(row) / x.ColumnCount) + configuration.Auxiliary.LayerNormEpsilon));
        }

        return normal;
    }

    private static double Worst(ShapeCase shape, Norm backward, bool centred = true)
    {
        var (c, states) = (Central(shape).Configuration, shape.States());
        var memory = MemorySlots.LayerNorm(c);
        Matrix<double> Slot(int slot) => states.Tokens[slot]?.Value ?? Matrix<double>.Build.Dense(shape.TokenCount, c.Auxiliary.HiddenSize);
        var (dense, bias) = PrefixStack.Unstack(c, states.Prefixes);
        var layer = new LayerNormParameters(dense.Diagonal(), centred ? bias : 0 * bias) { Dense = dense };
        var constructed = centred
            ? new LayerNormBackward(c, memory).Run(states, Textbook.Arithmetic)
            : new RmsNormBackward(c, memory).Run(states, Textbook.Arithmetic);
        return Closeness.Ratio(backward(c, layer, Slot(0), new LayerNormMemory(Slot(memory), Slot(memory + 1))), constructed.Tokens[0]);
    }

    private static double Worst(ShapeCase shape, Activation backward)
    {
        var (c, states) = (Central(shape).Configuration, shape.States());
        var memory = MemorySlots.Activation(c);
        Matrix<double> Slot(int slot) => states.Tokens[slot]?.Value ?? Matrix<double>.Build.Dense(shape.TokenCount, c.Auxiliary.HiddenSize);
        return Closeness.Ratio(
            backward(c, Slot(0), Slot(memory)), new ActivationBackward(c, memory).Run(states, Textbook.Arithmetic).Tokens[0]);
    }

    private static ShapeCase Central(ShapeCase shape) => shape with { Configuration = shape.Configuration with { Stencil = Stencil.Central } };

    private static TintConfiguration Forward(TintConfiguration configuration) => configuration with { Stencil = Stencil.Forward };
}
