using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Properties.Laws;

/// <summary>What is exact is exact, and what is approximate stays within its certificate: modules.</summary>
internal static class TruthLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L14",
            "linear-modules-exact",
            "With gates of 1, linear forward, backward and descent are those of the auxiliary layer.",
            ["C4", "C5", "C6"],
            "LinearForward",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                var (c, layer, mask, reference) = (item.Configuration, item.Layer.Value, item.Sequence.TrainMask, new ReferenceModules(item.Configuration));
                var (output, _) = tint.LinearForward(c, layer, item.Signal);
                judge.Near("output", reference.LinearForward(layer, item.Signal).Output with { Value = ExactLinear.Forward(layer, item.Signal) }, output);
                var (input, _) = ExactLinear.Backward(layer, item.Signal, item.Gradient);
                judge.Near("input gradient", reference.LinearBackward(layer, item.Gradient) with { Value = input }, tint.LinearBackward(c, layer, item.Gradient));

                var (_, step) = ExactLinear.Backward(layer, item.Memory[0], Setting.Masked(item.Gradient, mask));
                var bounds = reference.LinearDescent(layer, item.Gradient, item.Memory[0], mask);
                var expected = new BoundedLayer(
                    bounds.Weight with { Value = layer.Weight - (c.InnerLearningRate * step.Weight) },
                    bounds.Bias with { Value = (layer.Bias - (c.InnerLearningRate * step.Bias)).ToColumnMatrix() });
                judge.Near("updated", expected, tint.LinearDescent(c, layer, item.Gradient, item.Memory[0], mask));
            }),
        new(
            "L15",
            "forward-modules-exact",
            "With gates of 1, normalisation, attention and activation forward are those of the auxiliary model.",
            ["C7", "C10", "C13"],
            "AttentionForward",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                var (c, layer, norm, reference) = (item.Configuration, item.Layer, item.Norm(), new ReferenceModules(item.Configuration));
                var exactNorm = ExactLayerNorm.Forward(norm, c.Auxiliary.LayerNormEpsilon, item.Signal);
                var (normalised, normMemory) = tint.LayerNormForward(c, norm, item.Signal);
                var bounds = reference.LayerNormForward(norm, item.Signal);
                judge.Near("normalisation", bounds.Output with { Value = exactNorm.Output }, normalised);
                judge.Near("x̂", bounds.Normalized with { Value = exactNorm.Normalised }, normMemory.Normalized);

                var (attended, _) = tint.AttentionForward(c, layer.Query, layer.Key, layer.Value, item.Signal, item.Sequence.IclMask);
                judge.Near(
                    "attention",
                    reference.AttentionForward(layer.Query, layer.Key, layer.Value, item.Signal, item.Sequence.IclMask).Output with
                    {
                        Value = Truth.Of(item).Forward.Output,
                    },
                    attended);
                judge.Near(
                    "activation",
                    reference.ActivationForward(item.Signal).Output with { Value = ExactActivation.Forward(c.Auxiliary.Activation, item.Signal) },
                    tint.ActivationForward(c, item.Signal).Output);
            }),
        new(
            "L16",
            "activation-certificate",
            "Activation's backward lies within truncation plus rounding of σ′(z)∘g.",
            ["C14"],
            "ActivationBackward",
            (tint, item, judge) =>
            {
                var (kind, scale, z, g) = (item.Auxiliary.Activation, item.Configuration.FiniteDifferenceScale, item.Memory[0], item.Gradient);
                var bound = ActivationBound(kind, z, g, scale, item.Configuration.Stencil);
                var exact = ExactActivation.Backward(kind, z, g);
                judge.Near("input gradient", exact, tint.ActivationBackward(item.Configuration, g, z), bound);
            }),
        new(
            "L17",
            "layer-norm-certificate",
            "LayerNorm's backward lies within truncation, gate leak and rounding of the exact one, token by token.",
            ["C8", "V3"],
            "LayerNormBackward",
            (tint, item, judge) =>
                LayerNorm(tint, item, judge)),
        new(
            "L18",
            "layer-norm-certificate-exact-gates",
            "With gates of 1, LayerNorm's backward lies within truncation and rounding of the exact one.",
            ["C8"],
            "LayerNormBackward",
            (tint, item, judge) =>
                LayerNorm(tint, item.ExactGates(), judge)),
        new(
            "L19",
            "attention-error-identity",
            "With gates of 1, attention's backward errs by exactly the score path and what the train mask drops.",
            ["C11", "C12", "V1"],
            "AttentionBackwardDescent",
            (tint, item, judge) =>
            {
                var (actual, truth, bound) = AttentionBackward(tint, item);
                var layer = item.Layer;
                var error = AttentionCertificate.Error(
                    truth.Heads, item.Gradient, Mask(item), layer.Query.Weight, layer.Key.Weight, layer.Value.Weight);
                judge.Near("input gradient", truth.InputGradient + error, actual, bound);
            }),
        new(
            "L20",
            "attention-certificate",
            "With gates of 1, attention's backward lies within the bound that vanishes as attention becomes one-hot.",
            ["C11", "V1"],
            "AttentionBackwardDescent",
            (tint, item, judge) =>
            {
                var (actual, truth, bound) = AttentionBackward(tint, item);
                var norms = AttentionNorms.Of(item.Layer.Query.Weight, item.Layer.Key.Weight, item.Layer.Value.Weight);
                var certificate = AttentionCertificate.Bound(truth.Heads, item.Gradient, Mask(item), norms);
                for (var t = 0; t < actual.RowCount; t++)
                {
                    judge.AtMost($"error at token {t}", (actual - truth.InputGradient).Row(t).L2Norm(), certificate[t] + bound.Row(t).L2Norm());
                }
            }),
        new(
            "L21",
            "one-hot-attention-exact",
            "With gates of 1, where every token sees itself alone, attention's backward is the exact gradient.",
            ["C11", "V1"],
            "AttentionBackwardDescent",
            (tint, item, judge) =>
            {
                item = item.Alone().Sequences(sequence => sequence with { IclMask = Matrix<double>.Build.DenseIdentity(sequence.Length) });
                var (actual, truth, bound) = AttentionBackward(tint, item);
                judge.Near("input gradient", truth.InputGradient, actual, bound);
            }),
        new(
            "L22",
            "gate-leak",
            "A module behind one gate loses the share 1 − tanh G ≤ 2e^{−2G} of its output, and nothing else.",
            ["C18", "V3"],
            "LinearForward",
            (tint, item, judge) =>
            {
                var leaky = item.Departing(departures => departures with { GateLeak = true });
                var exact = item.ExactGates();
                var leak = new GateLeak(leaky.Configuration.EffectiveGateScale);
                var (layer, memory, mask, icl) = (item.Layer.Value, item.AttentionMemory(), item.Sequence.TrainMask, item.Sequence.IclMask);
                judge.AtMost("1 − tanh G", leak.Rate, GateLeak.RateBound(leaky.Configuration.EffectiveGateScale));
                Compare("linear forward", c => tint.LinearForward(c, layer, item.Signal).Output, r => r.LinearForward(layer, item.Signal).Output);
                Compare("linear backward", c => tint.LinearBackward(c, layer, item.Gradient), r => r.LinearBackward(layer, item.Gradient));
                Compare(
                    "attention backward",
                    c => tint.AttentionBackward(c, item.Gradient, memory, mask, icl),
                    r => r.AttentionBackward(item.Gradient, memory, mask, icl));
                Compare("activation forward", c => tint.ActivationForward(c, item.Signal).Output, r => r.ActivationForward(item.Signal).Output);

                void Compare(string what, Func<TintConfiguration, Matrix<double>> module, Func<ReferenceModules, Bounded> reference)
                {
                    var (through, open) = (module(leaky.Configuration), module(exact.Configuration));
                    var bounds = reference(new ReferenceModules(leaky.Configuration)).With(reference(new ReferenceModules(exact.Configuration)));
                    judge.Near(what, leak.Gate * open, through, bounds.Bound);
                    judge.Near($"{what}, certificate", open, through, bounds.Bound + open.Map(value => leak.Scaling(value, 1), Zeros.Include));
                }
            }),
        new(
            "L23",
            "finite-difference-u-curve",
            "The error of a finite difference against N stays below the certificate, is at most the predicted minimum at the predicted N*, and is larger at N*/1000 and at 1000 N*.",
            ["C14"],
            "ActivationBackward",
            (tint, item, judge) =>
                UCurve(tint, item, judge)),
    ];

    private static Vector<double> Mask(LawCase item) => Vector<double>.Build.DenseOfEnumerable(item.Sequence.TrainMask);

    /// <summary>Truncation, rounding of the difference, and 8u(1 + |z|)|g| for the exact derivative.</summary>
    private static Matrix<double> ActivationBound(ActivationKind kind, Matrix<double> z, Matrix<double> g, double scale, Stencil stencil) =>
        ActivationCertificate.Bound(kind, z, g, scale, stencil)
        + ScaledDifference.Rounding(kind, z, g, scale, FloatingPoint.Binary64, stencil)
        + z.Map2((at, gradient) => 8 * FloatingPoint.Binary64.UnitRoundoff * (1 + Math.Abs(at)) * Math.Abs(gradient), g);

    /// <summary>The implementation's backward through attention and W_V with gates of 1, the truth, and the rounding of both.</summary>
    private static (Matrix<double> Actual, Truth Truth, Matrix<double> Bound) AttentionBackward(ITint tint, LawCase item)
    {
        item = item.ExactGates().With(configuration => configuration with { BackpropagateThroughAttention = true });
        var (c, truth, value, sequence) = (item.Configuration, Truth.Of(item), item.Layer.Value, item.Sequence);
        var (actual, _) = tint.AttentionBackwardDescent(c, value, item.Gradient, truth.Memory, sequence.TrainMask, sequence.IclMask);
        var (bounds, _) = new ReferenceModules(c).AttentionBackwardDescent(
            value, item.Gradient, truth.Memory, Ones(sequence.Length), sequence.IclMask);
        return (actual, truth, bounds.Bound + truth.ScoreRounding);
    }

    // With everything trained the value path drops nothing, so its bound covers the exact path and that of any mask.
    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static void LayerNorm(ITint tint, LawCase item, Judge judge)
    {
        var (c, norm, x, g) = (item.Configuration, item.Norm(), item.Signal, item.Gradient);
        double scale = c.FiniteDifferenceScale, epsilon = c.Auxiliary.LayerNormEpsilon, width = x.ColumnCount;
        var leak = new GateLeak(c.EffectiveGateScale);
        var (_, memory) = tint.LayerNormForward(c, norm, x);
        var actual = tint.LayerNormBackward(c, norm, g, memory);
        var forward = ExactLayerNorm.Forward(norm, epsilon, x);
        var (exact, _) = ExactLayerNorm.Backward(norm, forward, g);
        var u = norm.Dense is { } dense ? g.Multiply(dense) : g.MapIndexed((_, d, value) => value * norm.Weight.At(d), Zeros.Include);
        var uRounding = norm.Dense is { } map
            ? Tolerance.Gamma(width + 2) * g.PointwiseAbs().Multiply(map.PointwiseAbs())
            : Tolerance.Gamma(3) * u.PointwiseAbs();
        for (var t = 0; t < x.RowCount; t++)
        {
            var (row, step) = (x.Row(t), u.Row(t));

            // The gated module does about three times the operations that the certificate of rounding counts; the exact backward pass reads x̂
            // and 1/s, each good to γ_D(1 + ‖x‖/(√D s)); an error in u passes with at most 1/s on both sides, plus the leaked share of it.
            var slope = forward.InverseDeviation[t];
            var exactRounding = FloatingPoint.Binary64.Gamma((8L * x.ColumnCount) + 40) * step.L2Norm() * slope
                * (4 + (4 * row.L2Norm() * slope / Math.Sqrt(width)));
            judge.AtMost(
                $"error at token {t}",
                (actual.Row(t) - exact.Row(t)).L2Norm(),
                LayerNormCertificate.Bound(row, step, scale, epsilon, c.Stencil)
                    + leak.LayerNormBackwardBound(row, step, scale, epsilon, c.Stencil)
                    + (4 * LayerNormCertificate.Rounding(row, step, scale, epsilon, FloatingPoint.Binary64, c.Stencil))
                    + exactRounding
                    + (2 * uRounding.Row(t).L2Norm() / Math.Sqrt(epsilon)));
        }
    }

    private static void UCurve(ITint tint, LawCase item, Judge judge)
    {
        const int Rows = 8;
        const double Far = 1000;
        var kind = item.Auxiliary.Activation == ActivationKind.Relu ? ActivationKind.GeluNew : item.Auxiliary.Activation;
        var c = item.Configuration with { Auxiliary = item.Auxiliary with { Activation = kind } };
        var numbers = item.Numbers();
        var (z, g) = (numbers.Matrix(Rows, c.Auxiliary.HiddenSize, 1), numbers.Matrix(Rows, c.Auxiliary.HiddenSize, 1));
        var optimum = ScaledDifference.Optimum(ActivationCurvature.Of(kind), Flat(z), Flat(g), FloatingPoint.Binary64, c.Stencil);
        var exact = ExactActivation.Backward(kind, z, g);
        var derivative = z.Map2((at, gradient) => 8 * FloatingPoint.Binary64.UnitRoundoff * (1 + Math.Abs(at)) * Math.Abs(gradient), g)
            .Enumerate().Sum();
        double[] factors = [1 / Far, 0.1, 1, 10, Far];
        var errors = new Dictionary<double, double>();
        foreach (var factor in factors)
        {
            var scale = factor * optimum.Scale;
            errors[factor] = (tint.ActivationBackward(c with { FiniteDifferenceScale = scale }, g, z) - exact).Enumerate().Sum(Math.Abs);
            judge.AtMost($"error at {factor} N*", errors[factor], ActivationBound(kind, z, g, scale, c.Stencil).Enumerate().Sum());
        }

        judge.AtMost("error at N*", errors[1], optimum.Error + derivative);
        judge.Holds("the error is not smaller at N* than far to the left", errors[1 / Far] > errors[1]);
        judge.Holds("the error is not smaller at N* than far to the right", errors[Far] > errors[1]);
    }

    private static Vector<double> Flat(Matrix<double> matrix) => Vector<double>.Build.Dense(matrix.ToColumnMajorArray());
}
