using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules;

/// <summary>Softmax attention over positions and twins in the place of linear attention: weights, closed form, and twins that stay twins.</summary>
public sealed class SoftmaxTwinsTests
{
    private static readonly double[] Scales = [1, 30, 1e4];

    /// <summary>All that multiply in the way that twins do; activations do not, and the mean over targets is refused with them (C44).</summary>
    public static TheoryData<string> Modules { get; } =
        [.. ModuleRun.All.Keys.Where(static name => !name.StartsWith("Activation", StringComparison.Ordinal) && name != "LossMean")];

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_computes_what_its_dense_weights_compute_at_all_positions_and_twins(string module) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(5),
        Prop.ForAll(ShapeCases.Cases(), shape =>
        {
            var run = ModuleRun.All[module](Softmax(shape));
            var rounding = new WorstCaseRounding(FloatFormat.Binary64.Apart);
            Agreement.Within(rounding, run.Structured(Arithmetic.Tracking(rounding)), run.Dense(FloatFormat.Binary64));
        }));

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void The_closed_form_is_the_construction_gates_included(ShapeCase shape)
    {
        var softmax = Softmax(shape);
        var (c, states, mask) = (softmax.Configuration, softmax.States(), softmax.TrainMask());
        var (weight, bias) = PrefixStack.Unstack(c, states.Prefixes);
        var layer = new LinearParameters(weight, bias);
        var norm = new LayerNormParameters(weight.Diagonal(), bias) { Dense = weight };
        var (memory, normMemory, product) = (MemorySlots.Linear(c), MemorySlots.LayerNorm(c), MemorySlots.Product(c));
        var kept = new LayerNormMemory(Slot(normMemory), Slot(normMemory + 1));
        Near(SimulatedLinear.Forward(c, layer, Slot(0)).Output, new LinearForward(c, memory).Run(states, Textbook.Arithmetic).Tokens[0]);
        Near(SimulatedLinear.Backward(c, weight, Slot(0)), new LinearBackward(c, memory).Run(states, Textbook.Arithmetic).Tokens[0]);
        Near(
            SimulatedLayerNorm.Forward(c, norm, Slot(0)).Output, new LayerNormForward(c, normMemory).Run(states, Textbook.Arithmetic).Tokens[0]);
        Near(SimulatedLayerNorm.Backward(c, norm, Slot(0), kept), new LayerNormBackward(c, normMemory).Run(states, Textbook.Arithmetic).Tokens[0]);
        Near(
            SimulatedRmsNorm.Forward(c, norm with { Bias = 0 * bias }, Slot(0)).Output,
            new RmsNormForward(c, normMemory).Run(WithoutBias(states), Textbook.Arithmetic).Tokens[0]);
        Near(SimulatedProduct.Forward(c, Slot(0), Slot(1)).Output, new ProductForward(c, product).Run(states, Textbook.Arithmetic).Tokens[0]);
        var (left, right) = SimulatedProduct.Backward(c, Slot(0), new ProductMemory(Slot(product), Slot(product + 1)));
        var back = new ProductBackward(c, product).Run(states, Textbook.Arithmetic).Tokens;
        Near(left, back[0]);
        Near(right, back[1]);
        var descended = new LinearDescent(c, memory).Run(states, mask, Textbook.Arithmetic).Prefixes;
        var updated = SimulatedLinear.Descent(c, layer, Slot(0), Slot(memory), mask).Updated;
        for (var slot = 0; slot < c.RowsPerPrefix; slot++)
        {
            Near(Matrix<double>.Build.Dense(c.PrefixCount, weight.ColumnCount, (k, d) => updated.Weight[(k * c.RowsPerPrefix) + slot, d]), descended[slot]);
        }

        Near(updated.Bias.ToRowMatrix(), descended[c.RowsPerPrefix] is { } all ? Arithmetic.Rows(all, [0]) : null);

        Matrix<double> Slot(int slot) => states.Tokens[slot]?.Value ?? Matrix<double>.Build.Dense(softmax.TokenCount, c.Auxiliary.HiddenSize);
        HiddenStates WithoutBias(HiddenStates given) => given with { Prefixes = given.Prefixes.With(c.RowsPerPrefix, null) };
        static void Near(Matrix<double> expected, Tracked? got) => Assert.InRange(Closeness.Ratio(expected, got), 0, 1);
    }

    /// <summary>Diagonal weights share softmaxes otherwise than dense ones do.</summary>
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void The_closed_form_of_a_diagonal_norm_is_that_of_the_dense_one(ShapeCase shape)
    {
        var (c, random) = (Softmax(shape).Configuration, new RandomNumbers(shape.Seed));
        var width = c.Auxiliary.HiddenSize;
        var (x, diagonal) = (random.Matrix(shape.TokenCount, width), new LayerNormParameters(random.Vector(width), random.Vector(width)));
        var dense = diagonal with { Dense = Matrix<double>.Build.DenseOfDiagonalVector(diagonal.Weight) };
        var (plain, memory) = SimulatedLayerNorm.Forward(c, diagonal, x);
        Assert.InRange((plain - SimulatedLayerNorm.Forward(c, dense, x).Output).InfinityNorm(), 0, 1e-10);
        Assert.InRange(
            (SimulatedLayerNorm.Backward(c, diagonal, x, memory) - SimulatedLayerNorm.Backward(c, dense, x, memory)).InfinityNorm() / c.FiniteDifferenceScale, 0, 1e-10);
    }

    /// <summary>What a module leaves at the twins, from the twins' states alone, is what it leaves at their positions with every sign turned, to the last bit.</summary>
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 20)]
    public void Twins_stay_twins_to_the_last_bit(ShapeCase shape)
    {
        var softmax = Softmax(shape);
        var (c, states, mask, icl) = (softmax.Configuration, softmax.States(), softmax.TrainMask(), softmax.IclMask());
        var (keys, values) = (softmax.Prefixes(1), softmax.Prefixes(2));
        var (linear, norm, attention, product) = (MemorySlots.Linear(c), MemorySlots.LayerNorm(c), MemorySlots.Attention(c), MemorySlots.Product(c));
        var a = Arithmetic.Plain;
        Mirrored(new LinearForward(c, linear).Run(states, a), new LinearForward(c, linear).Run(states.Twins(), a));
        Mirrored(new LinearBackward(c, linear).Run(states, a), new LinearBackward(c, linear).Run(states.Twins(), a));
        Mirrored(new LinearDescent(c, linear).Run(states, mask, a), new LinearDescent(c, linear).Run(states.Twins(), mask, a));
        Mirrored(new LayerNormForward(c, norm).Run(states, a), new LayerNormForward(c, norm).Run(states.Twins(), a));
        Mirrored(new LayerNormBackward(c, norm).Run(states, a), new LayerNormBackward(c, norm).Run(states.Twins(), a));
        Mirrored(new LayerNormDescentBackward(c, norm).Run(states, mask, a), new LayerNormDescentBackward(c, norm).Run(states.Twins(), mask, a));
        Mirrored(new RmsNormForward(c, norm).Run(states, a), new RmsNormForward(c, norm).Run(states.Twins(), a));
        Mirrored(
            new AttentionForward(c, attention).Run(states, keys, values, icl, a),
            new AttentionForward(c, attention).Run(states.Twins(), keys.Negative(), values.Negative(), icl, a));
        Mirrored(new AttentionBackward(c, attention).Run(states, mask, icl, a), new AttentionBackward(c, attention).Run(states.Twins(), mask, icl, a));
        Mirrored(
            new AttentionBackwardDescent(c, attention).Run(states, mask, icl, a),
            new AttentionBackwardDescent(c, attention).Run(states.Twins(), mask, icl, a));
        Mirrored(new ProductForward(c, product).Run(states, a), new ProductForward(c, product).Run(states.Twins(), a));
        Mirrored(new ProductBackward(c, product).Run(states, a), new ProductBackward(c, product).Run(states.Twins(), a));

        static void Mirrored(HiddenStates positions, HiddenStates twins)
        {
            Assert.True(twins.AreTwins);
            Assert.Equal(-positions.ToMatrix(), twins.ToMatrix());
        }
    }

    /// <summary>Truncation falls as 1/M² until rounding takes over, within the certificate all the way, and the certificate is no more than thrice what is there where M is small.</summary>
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 12)]
    public void Every_product_is_within_its_certificate_of_linear_attention_s(ShapeCase shape)
    {
        var (random, width) = (new RandomNumbers(shape.Seed), shape.Configuration.Auxiliary.HiddenSize);
        var (x, g, mask) = (random.Matrix(shape.TokenCount, width), random.Matrix(shape.TokenCount, width), shape.TrainMask());
        var layer = new LinearParameters(random.Matrix(width, width), random.Vector(width));
        var linear = Exact(shape.Configuration);
        foreach (var scale in new[] { 0.3, 3, 1e2, 1e4 })
        {
            var c = linear with { UseSoftmax = true, RestrictPrefixes = true, TwinScale = scale };
            Within(TwinCertificate.Forward(c, layer, x), SimulatedLinear.Forward(c, layer, x).Output - SimulatedLinear.Forward(linear, layer, x).Output);
            Within(TwinCertificate.Backward(c, layer.Weight, g), SimulatedLinear.Backward(c, layer.Weight, g) - SimulatedLinear.Backward(linear, layer.Weight, g));
            Within(TwinCertificate.Product(c, g, x), SimulatedProduct.Forward(c, g, x).Output - SimulatedProduct.Forward(linear, g, x).Output);
            var (bound, got, plain) = (
                TwinCertificate.Descent(c, g, x, mask),
                SimulatedLinear.Descent(c, layer, g, x, mask).Gradient,
                SimulatedLinear.Descent(linear, layer, g, x, mask).Gradient);
            Within(bound.Weight, got.Weight - plain.Weight);
            Within(bound.Bias.ToRowMatrix(), (got.Bias - plain.Bias).ToRowMatrix());
        }

        // The closed form's own rounding: a few dozen operations on numbers of some ten.
        static void Within(Matrix<double> bound, Matrix<double> error) =>
            Assert.All(bound.EnumerateIndexed(), entry => Assert.InRange(Math.Abs(error[entry.Item1, entry.Item2]), 0, entry.Item3 + 1e-13));
    }

    /// <summary>One pair is tanh, a third of the bound's part for the sum; many empty places are sinh, all of the part for one score.</summary>
    [Fact]
    public void The_certificate_is_reached()
    {
        const double Score = 1, Scale = 1e3;
        double One(int pairs) => pairs * Scale * Math.Sinh(Score / Scale) / (Math.Cosh(Score / Scale) + pairs - 1);
        Assert.InRange(Math.Abs(One(1) - Score) / TwinCertificate.Relative([Score], 1, Scale), 0.66, 1);
        Assert.InRange(Math.Abs(One(1_000_000) - Score) / TwinCertificate.Relative([Score], 1_000_000, Scale), 0.99, 1);
        Refusal.Of(() => TwinCertificate.Relative([1, 1], 1, Scale), "a pair for every score");
        Refusal.Of(() => TwinCertificate.Relative([double.NaN], 1, Scale), "a score");
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void In_single_precision_a_module_stays_within_its_rounding_bound(string module) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2),
        Prop.ForAll(ShapeCases.Cases(), shape =>
        {
            var run = ModuleRun.All[module](Softmax(shape));
            var rounding = new WorstCaseRounding(FloatFormat.Binary32.Apart);
            Agreement.Within(rounding, run.Structured(Arithmetic.Tracking(rounding)), run.Dense(FloatFormat.Binary32));
        }));

    /// <summary>Every position has a twin in the one-hots, with the negative in attention and the same gate; the output mixing has the factor M·P.</summary>
    [Fact]
    public void Weights_know_a_twin_for_every_position()
    {
        var plain = SmallModels.Configuration;
        var c = plain with { UseSoftmax = true, TwinScale = 10 };
        var (positions, places) = (plain.PositionCount, c.Auxiliary.MaximumPositions);
        Assert.Equal(2 * positions, c.PositionCount);
        var twins = new LinearForward(c, 3).Tensors().ToDictionary(tensor => tensor.Name);
        var table = twins["attnt_module.p_attn.weight"].Materialise().Values.ToArray();
        Assert.Contains(table, value => value != 0);
        Assert.Equal(table[..(table.Length / 2)], table[(table.Length / 2)..].Select(static value => 0 - value));
        var gate = twins["gates.old_v.weight"].Materialise().Values.ToArray();
        Assert.Equal(gate[..positions], gate[positions..]);
        Assert.Equal(c.EffectiveGateScale, gate[positions + places]);
        Factor(new LinearForward(plain, 3).Tensors(), new LinearForward(c, 3).Tensors(), c.PrefixCount);
        Factor(new LinearBackward(plain, 3).Tensors(), new LinearBackward(c, 3).Tensors(), c.PrefixCount);
        Factor(new LinearDescent(plain, 3).Tensors(), new LinearDescent(c, 3).Tensors(), places);
        Factor(new ProductForward(plain, 2).Tensors(), new ProductForward(c, 2).Tensors(), 1);

        void Factor(IEnumerable<WeightTensor> linear, IEnumerable<WeightTensor> softmax, int pairs) => Assert.Equal(
            Mixing(linear).Select(value => value * c.TwinScale * pairs), Mixing(softmax));
        static double[] Mixing(IEnumerable<WeightTensor> tensors) =>
            tensors.Single(tensor => tensor.Name == "attnt_module.c_proj.weight").Materialise().Values.ToArray();
    }

    [Fact]
    public void Tokens_that_see_tokens_are_refused()
    {
        var c = SmallModels.Configuration with { UseSoftmax = true, RestrictPrefixes = false };
        Refusal.Of(() => AdmissibleShapes.Check(c), "tokens must see prefixes alone", "UseSoftmax with RestrictPrefixes false", "set RestrictPrefixes");
        Refusal.Of(() => SmallModels.Configuration with { TwinScale = 0 }, "TwinScale");
    }

    private static TintConfiguration Exact(TintConfiguration configuration) =>
        configuration with { Departures = Departures.Published with { GateLeak = false }, GateScale = 1 };

    private static ShapeCase Softmax(ShapeCase shape) => shape with
    {
        Configuration = shape.Configuration with { UseSoftmax = true, RestrictPrefixes = true, TwinScale = Scales[shape.Seed % Scales.Length] },
    };
}
