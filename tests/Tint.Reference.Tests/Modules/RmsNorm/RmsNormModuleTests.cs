using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.RmsNorm;

/// <summary>Root-mean-square normalisation: construction, closed form, the true gradient within the certificate, and faults that must show.</summary>
public sealed class RmsNormModuleTests
{
    private delegate (Matrix<double> Output, LayerNormMemory Memory) Forward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x);

    private delegate Matrix<double> Backward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory);

    private delegate (LayerNormParameters Updated, LayerNormParameters Gradient) Descent(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, IReadOnlyList<double> mask);

    /// <summary>What the closed form gets wrong, by name.</summary>
    private static readonly Dictionary<string, (Forward? Forward, Backward? Backward, Descent? Descent)> Faults = new()
    {
        ["the mean is subtracted"] = (SimulatedLayerNorm.Forward, null, null),
        ["the mean is subtracted on the way back"] = (null, SimulatedLayerNorm.Backward, null),
        ["the sum of squares is not divided by D"] = (SumOfSquares, null, null),
        ["eps is forgotten"] = ((c, layer, x) => SimulatedRmsNorm.Forward(OtherEpsilon(c, 0), layer, x), null, null),
        ["γ is forgotten on the way back"] = (
            null, (c, layer, g, memory) => SimulatedRmsNorm.Backward(c, Plain(layer.Weight.Count), g, memory), null),
        ["the difference is taken on the other side"] = (null, (c, layer, g, memory) => -SimulatedRmsNorm.Backward(c, layer, -g, memory), null),
        ["a bias is learnt"] = (null, null, SimulatedLayerNorm.Descent),
        ["γ learns from x where x̂ is in memory"] = (
            null, null, (c, layer, g, memory, mask) => SimulatedRmsNorm.Descent(c, layer, g, new LayerNormMemory(memory.Input, memory.Input), mask)),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Forward_divides_by_the_root_of_the_mean_square(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var memory = MemorySlots.LayerNorm(textbook.Configuration);
        var states = WithoutBias(textbook.States);
        var output = new RmsNormForward(textbook.Configuration, memory).Run(states, Textbook.Arithmetic);
        var normal = Normalise(textbook.Signal, textbook.Configuration);
        textbook.Slot(normal * textbook.Weight.Transpose(), output.Tokens[0]);
        textbook.Slot(normal, output.Tokens[memory]);
        Textbook.Exactly(textbook.Signal, output.Tokens[memory + 1]);
        Textbook.Empty(output.Tokens, 0, memory, memory + 1);
        textbook.Same(states.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Backward_is_a_finite_difference_of_the_normalisation(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var (configuration, memory) = (textbook.Configuration, MemorySlots.LayerNorm(textbook.Configuration));
        var output = new RmsNormBackward(configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var (normal, x) = (textbook.Memory(memory), textbook.Memory(memory + 1));
        var scale = configuration.FiniteDifferenceScale;
        var shifted = Normalise((textbook.Signal * textbook.Weight / scale) + x, configuration);
        textbook.Slot((scale * shifted) - (scale * normal), output.Tokens[0]);
        Textbook.Exactly(normal, output.Tokens[memory]);
        Textbook.Exactly(x, output.Tokens[memory + 1]);
        Textbook.Empty(output.Tokens, 0, memory, memory + 1);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Descent_leaves_the_bias_alone_and_moves_the_weights_as_of_a_layer_norm(ShapeCase shape)
    {
        var (states, mask, memory) = (shape.States(), shape.TrainMask(), MemorySlots.LayerNorm(shape.Configuration));
        foreach (var (biasOnly, dense) in new[] { (true, true), (false, true), (false, false) })
        {
            var configuration = shape.Configuration with
            {
                LayerNormBiasOnly = biasOnly,
                Departures = Departures.Published with { DenseLayerNormDescent = dense },
            };
            var options = new DescentOptions { BiasOnly = biasOnly, DiagonalOnly = !dense };
            var expected = new LinearDescent(configuration, memory, options).Run(states, mask, Arithmetic.Plain).Prefixes;
            var updated = new RmsNormDescent(configuration, memory).Run(states, mask, Arithmetic.Plain).Prefixes;
            var bias = states.Prefixes[shape.Configuration.RowsPerPrefix];
            var rho = Math.Tanh(configuration.EffectiveGateScale);
            Assert.Equal(
                expected.With(configuration.RowsPerPrefix, bias is null ? null : bias with { Value = bias.Value * rho }).ToMatrix(), updated.ToMatrix());
        }
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Descent_and_backward_side_by_side_are_both(ShapeCase shape)
    {
        var (states, mask, memory) = (shape.States(), shape.TrainMask(), MemorySlots.LayerNorm(shape.Configuration));
        var both = new RmsNormDescentBackward(shape.Configuration, memory);
        var output = both.Run(states, mask, Arithmetic.Plain);
        Assert.Equal(new RmsNormBackward(shape.Configuration, memory).Run(states, Arithmetic.Plain).Tokens.ToMatrix(), output.Tokens.ToMatrix());
        Assert.Equal(new RmsNormDescent(shape.Configuration, memory).Run(states, mask, Arithmetic.Plain).Prefixes.ToMatrix(), output.Prefixes.ToMatrix());
        Assert.Contains(both.Tensors(), tensor => tensor.Name == "backward.mirror_fc.weight");
        Assert.Contains(both.Tensors(), tensor => tensor.Name == "descent.linear.gates.old_v.weight");
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void The_closed_form_is_the_construction_gates_included(ShapeCase shape) =>
        Assert.InRange(Worst(shape, SimulatedRmsNorm.Forward, SimulatedRmsNorm.Backward, SimulatedRmsNorm.Descent), 0, 1);

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_fault_shows(string name)
    {
        var (forward, backward, descent) = Faults[name];
        Closeness.Sees(
            shape => Worst(shape, SimulatedRmsNorm.Forward, SimulatedRmsNorm.Backward, SimulatedRmsNorm.Descent),
            shape => Worst(
                shape, forward ?? SimulatedRmsNorm.Forward, backward ?? SimulatedRmsNorm.Backward, descent ?? SimulatedRmsNorm.Descent));
    }

    /// <summary>What is simulated lies within the certificate of the true gradient, and the difference falls as 1/N.</summary>
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void Backward_goes_to_the_true_gradient_within_its_certificate(ShapeCase shape)
    {
        var (c, random) = (shape.Configuration, new RandomNumbers(shape.Seed));
        var (x, g) = (random.Matrix(shape.TokenCount, c.Auxiliary.HiddenSize), random.Matrix(shape.TokenCount, c.Auxiliary.HiddenSize));
        var layer = Plain(x.ColumnCount) with { Weight = random.Vector(x.ColumnCount) };
        double scale = c.FiniteDifferenceScale, epsilon = c.Auxiliary.LayerNormEpsilon;
        var forward = ExactRmsNorm.Forward(layer.Weight, epsilon, x);
        var (exact, _) = ExactRmsNorm.Backward(layer.Weight, forward, g);
        var leak = new GateLeak(c.EffectiveGateScale);
        var (_, memory) = SimulatedRmsNorm.Forward(c, layer, x);
        var actual = SimulatedRmsNorm.Backward(c, layer, g, memory);
        for (var t = 0; t < x.RowCount; t++)
        {
            var (row, u) = (x.Row(t), g.Row(t).PointwiseMultiply(layer.Weight));

            // The exact formula's own rounding: some 8D operations on numbers no larger than ‖u‖/s.
            var own = FloatingPoint.Binary64.Gamma((8L * x.ColumnCount) + 40) * 4 * u.L2Norm() * forward.InverseRoot[t];
            var bound = RmsNormCertificate.Bound(row, u, scale, epsilon) + RmsNormCertificate.Leak(leak, row, u, scale, epsilon)
                + (4 * RmsNormCertificate.Rounding(row, u, scale, epsilon, FloatingPoint.Binary64)) + own;
            Assert.InRange((actual.Row(t) - exact.Row(t)).L2Norm(), 0, bound);
        }
    }

    [Fact]
    public void Forward_with_gates_of_one_is_the_auxiliary_models()
    {
        foreach (var shape in Closeness.Shapes)
        {
            var textbook = new Textbook(shape);
            var gamma = new RandomNumbers(shape.Seed).Vector(textbook.Signal.ColumnCount);
            var layer = Plain(gamma.Count) with { Weight = gamma };
            var states = textbook.States with { Prefixes = PrefixStack.Stack(textbook.Configuration, layer) };
            var output = new RmsNormForward(textbook.Configuration, MemorySlots.LayerNorm(textbook.Configuration)).Run(states, Textbook.Arithmetic);
            var exact = ExactRmsNorm.Forward(gamma, textbook.Configuration.Auxiliary.LayerNormEpsilon, textbook.Signal);
            textbook.Slot(exact.Output, output.Tokens[0]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Rejects_memory_in_the_signal_its_mirror_image_or_beyond_the_end(int slot)
    {
        Refusal.Of(() => new RmsNormForward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 2 to 2");
        Refusal.Of(() => new RmsNormBackward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 2 to 2");
    }

    [Fact]
    public void Rejects_a_bias()
    {
        var layer = new LayerNormParameters(Vector<double>.Build.Dense(6, 1), Vector<double>.Build.Dense(6, 0.5));
        Refusal.Of(
            () => SimulatedRmsNorm.Forward(SmallModels.Configuration, layer, Matrix<double>.Build.Dense(2, 6)),
            "a root-mean-square normalisation must have no bias", "0.5 at 0");
    }

    /// <summary>The largest error/bound of a closed form against the construction: forward, backward and descent, with the gates of the shape.</summary>
    private static double Worst(ShapeCase shape, Forward forward, Backward backward, Descent descent)
    {
        var (c, states) = (shape.Configuration, WithoutBias(shape.States()));
        var (memory, width, mask) = (MemorySlots.LayerNorm(c), c.Auxiliary.HiddenSize, shape.TrainMask());
        Matrix<double> Slot(int slot) => states.Tokens[slot]?.Value ?? Matrix<double>.Build.Dense(shape.TokenCount, width);
        var dense = PrefixStack.Unstack(c, states.Prefixes).Weight;
        var layer = new LayerNormParameters(dense.Diagonal(), Vector<double>.Build.Dense(width)) { Dense = dense };
        var stored = new LayerNormMemory(Slot(memory), Slot(memory + 1));

        var constructed = new RmsNormForward(c, memory).Run(states, Textbook.Arithmetic).Tokens;
        var (output, left) = forward(c, layer, Slot(0));
        var gradient = new RmsNormBackward(c, memory).Run(states, Textbook.Arithmetic).Tokens;
        var descended = new RmsNormDescent(c, memory).Run(states, mask, Textbook.Arithmetic).Prefixes;
        var updated = PrefixStack.Stack(c, descent(c, layer, Slot(0), stored, mask).Updated);
        return new[]
        {
            Closeness.Ratio(output, constructed[0]),
            Closeness.Ratio(left.Normalized, constructed[memory]),
            Closeness.Ratio(left.Input, constructed[memory + 1]),
            Closeness.Ratio(backward(c, layer, Slot(0), stored), gradient[0]),
            Enumerable.Range(0, c.RowsPerPrefix).Max(slot => Closeness.Ratio(Dense(updated[slot]), descended[slot])),
            Closeness.Ratio(Dense(updated[c.RowsPerPrefix]).SubMatrix(0, 1, 0, width), FirstRow(descended[c.RowsPerPrefix])),
        }.Max();

        Matrix<double> Dense(Tracked? slot) => slot?.Value ?? Matrix<double>.Build.Dense(c.PrefixCount, width);
        Tracked? FirstRow(Tracked? slot) => slot is null ? null : Arithmetic.Rows(slot, [0]);
    }

    /// <summary>The states with no bias in the prefixes.</summary>
    private static HiddenStates WithoutBias(HiddenStates states) => states with { Prefixes = states.Prefixes.With(states.Prefixes.Count - 1, null) };

    private static LayerNormParameters Plain(int width) => new(Vector<double>.Build.Dense(width, 1), Vector<double>.Build.Dense(width));

    private static (Matrix<double> Output, LayerNormMemory Memory) SumOfSquares(TintConfiguration c, LayerNormParameters layer, Matrix<double> x)
    {
        var root = Math.Sqrt(x.ColumnCount);
        var (output, memory) = SimulatedRmsNorm.Forward(OtherEpsilon(c, 1.0 / x.ColumnCount), layer, x);
        return (output / root, memory with { Normalized = memory.Normalized / root });
    }

    private static TintConfiguration OtherEpsilon(TintConfiguration configuration, double factor) => configuration with
    {
        Auxiliary = configuration.Auxiliary with { LayerNormEpsilon = Math.Max(double.Epsilon, factor * configuration.Auxiliary.LayerNormEpsilon) },
    };

    private static Matrix<double> Normalise(Matrix<double> x, TintConfiguration configuration)
    {
        var normal = x.Clone();
        for (var t = 0; t < x.RowCount; t++)
        {
            var row = x.Row(t);
            normal.SetRow(t, row / Math.Sqrt((row.DotProduct(row) / x.ColumnCount) + configuration.Auxiliary.LayerNormEpsilon));
        }

        return normal;
    }
}
