using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;

namespace Tint.Properties.Laws;

/// <summary>Algebra and invariances of single modules.</summary>
internal static class ModuleLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L24",
            "linear-backward-linear",
            "LinearBackward is linear in the gradient.",
            ["C5"],
            "LinearBackward",
            (tint, item, judge) =>
            {
                var (c, layer, reference) = (item.Configuration, item.Layer.Value, new ReferenceModules(item.Configuration));
                Linear(item, judge, g => tint.LinearBackward(c, layer, g), g => reference.LinearBackward(layer, g));
            }),
        new(
            "L25",
            "attention-backward-linear",
            "AttentionBackward is linear in the gradient.",
            ["C11"],
            "AttentionBackward",
            (tint, item, judge) =>
            {
                var (c, memory, sequence, reference) =
                    (item.Configuration, item.AttentionMemory(), item.Sequence, new ReferenceModules(item.Configuration));
                Linear(
                    item,
                    judge,
                    g => tint.AttentionBackward(c, g, memory, sequence.TrainMask, sequence.IclMask),
                    g => reference.AttentionBackward(g, memory, sequence.TrainMask, sequence.IclMask));
            }),
        new(
            "L26",
            "linear-forward-affine",
            "LinearForward is affine in x: forward of a sum is the sum of forwards less the forward of zero.",
            ["C4"],
            "LinearForward",
            (tint, item, judge) =>
            {
                var (c, layer, reference) = (item.Configuration, item.Layer.Value, new ReferenceModules(item.Configuration));
                var (x, y) = (Setting.Grid(item.Signal), Setting.Grid(item.Memory[0]));
                var zero = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount);
                Matrix<double> Run(Matrix<double> input) => tint.LinearForward(c, layer, input).Output;
                Bounded Bound(Matrix<double> input) => reference.LinearForward(layer, input).Output;
                var bounds = Bound(x).Plus(Bound(y)).Minus(Bound(zero)).With(Bound(x + y));
                judge.Near("output", Run(x) + Run(y) - Run(zero), Run(x + y), bounds.Bound);
            }),
        new(
            "L27",
            "descent-linear-in-rate",
            "Every descent moves weights in proportion to η.",
            ["C6", "C9", "C12"],
            "LinearDescent",
            (tint, item, judge) =>
            {
                // W(2η) − W(0) = 2(W(η) − W(0)); doubling η is exact.
                var (c, mask) = (item.Configuration, item.Sequence.TrainMask);
                var (none, twice) = (c with { InnerLearningRate = 0 }, c with { InnerLearningRate = 2 * c.InnerLearningRate });
                foreach (var descent in Descent.All(tint, item))
                {
                    var expected = descent.Run(c, mask).Times(2).Minus(descent.Run(none, mask));
                    var bounds = descent.Bound(c, mask).Times(2).Minus(descent.Bound(none, mask)).With(descent.Bound(twice, mask));
                    Near(judge, descent.Name, expected, descent.Run(twice, mask), bounds);
                }
            }),
        new(
            "L28",
            "descent-additive-in-tokens",
            "Every descent sums over tokens: training on two disjoint sets of tokens is the sum of training on each.",
            ["C6", "C9", "C12", "V7"],
            "LinearDescent",
            (tint, item, judge) =>
            {
                // Attention's backward sends gradients by the mask too, so it is left out here.
                item = item.With(configuration => configuration with { BackpropagateThroughAttention = false });
                var (c, numbers, mask) = (item.Configuration, item.Numbers(), item.Sequence.TrainMask);
                double[] coin = [.. mask.Select(_ => (double)numbers.Below(2))];
                double[] first = [.. mask.Zip(coin, (m, bit) => m * bit)], second = [.. mask.Zip(coin, (m, bit) => m * (1 - bit))];
                var none = new double[mask.Count];
                foreach (var descent in Descent.All(tint, item))
                {
                    var expected = descent.Run(c, first).Plus(descent.Run(c, second)).Minus(descent.Run(c, none));
                    var bounds = descent.Bound(c, first).Plus(descent.Bound(c, second)).Minus(descent.Bound(c, none));
                    Near(judge, descent.Name, expected, descent.Run(c, mask), bounds.With(descent.Bound(c, mask)));
                }
            }),
        new(
            "L29",
            "descent-without-tokens",
            "With gates of 1, a descent without trained tokens hands back the very layer that was stacked.",
            ["C1", "C6", "C9"],
            "LinearDescent",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                foreach (var descent in Descent.All(tint, item))
                {
                    var updated = descent.Run(item.Configuration, new double[item.Sequence.Length]);
                    judge.Equal($"{descent.Name} weight", descent.Before.Weight.Value, updated.Weight.Value);
                    judge.Equal($"{descent.Name} bias", descent.Before.Bias.Value, updated.Bias.Value);
                }
            }),
        new(
            "L30",
            "layer-norm-shift",
            "With gates of 1, LayerNorm does not see a constant that is added to a token.",
            ["C7", "C19"],
            "LayerNormForward",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                var (c, norm, reference, numbers) = (item.Configuration, item.Norm(), new ReferenceModules(item.Configuration), item.Numbers());
                var x = Setting.Grid(item.Signal);
                double[] shift = [.. Enumerable.Range(0, x.RowCount).Select(_ => (double)(numbers.Below(15) - 7))];
                var shifted = x.MapIndexed((t, _, value) => value + shift[t], Zeros.Include);
                var bounds = reference.LayerNormForward(norm, x).Output.With(reference.LayerNormForward(norm, shifted).Output);
                judge.Near("output", tint.LayerNormForward(c, norm, x).Output, tint.LayerNormForward(c, norm, shifted).Output, bounds.Bound);
            }),
        new(
            "L31",
            "layer-norm-scale",
            "With gates of 1, LayerNorm of 4x with 16 eps is LayerNorm of x with eps.",
            ["C7", "C19"],
            "LayerNormForward",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                var (c, norm) = (item.Configuration, item.Norm());
                var scaled = c with { Auxiliary = c.Auxiliary with { LayerNormEpsilon = 16 * c.Auxiliary.LayerNormEpsilon } };
                var bounds = new ReferenceModules(c).LayerNormForward(norm, item.Signal).Output;
                judge.Near(
                    "output", tint.LayerNormForward(c, norm, item.Signal).Output, tint.LayerNormForward(scaled, norm, 4 * item.Signal).Output, bounds.Bound);
            }),
        new(
            "L32",
            "layer-norm-backward-centred",
            "With gates of 1, the gradient that LayerNorm's backward returns sums to zero over a token's coordinates.",
            ["C8", "C19"],
            "LayerNormBackward",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                var (c, norm) = (item.Configuration, item.Norm());
                var (_, memory) = tint.LayerNormForward(c, norm, item.Signal);
                var actual = tint.LayerNormBackward(c, norm, item.Gradient, memory);
                var bounds = new ReferenceModules(c).LayerNormBackward(norm, item.Gradient, memory);

                // The memory's own centring rounds as well, and N magnifies it.
                var stored = new ReferenceModules(c).LayerNormForward(norm, item.Signal).Normalized.Bound * c.FiniteDifferenceScale;
                for (var t = 0; t < actual.RowCount; t++)
                {
                    judge.Near($"sum over token {t}", 0, actual.Row(t).Sum(), (bounds.Bound.Row(t) + stored.Row(t)).Sum()
                        + (Tolerance.Gamma(actual.ColumnCount) * actual.Row(t).L1Norm()));
                }
            }),
        new(
            "L33",
            "no-gradient-no-gradient",
            "A gradient of zero stays zero through every backward module, with gates of 1 through LayerNorm's to rounding.",
            ["C5", "C8", "C11", "C14"],
            "ActivationBackward",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                var (c, norm, layer, reference) = (item.Configuration, item.Norm(), item.Layer, new ReferenceModules(item.Configuration));
                var zero = Matrix<double>.Build.Dense(item.Signal.RowCount, item.Signal.ColumnCount);
                judge.Equal("linear", zero, tint.LinearBackward(c, layer.Value, zero));
                judge.Equal("activation", zero, tint.ActivationBackward(c, zero, item.Memory[0]));
                judge.Equal(
                    "attention", zero, tint.AttentionBackward(c, zero, item.AttentionMemory(), item.Sequence.TrainMask, item.Sequence.IclMask));
                var (_, memory) = tint.LayerNormForward(c, norm, item.Signal);
                var stored = reference.LayerNormForward(norm, item.Signal).Normalized.Bound * c.FiniteDifferenceScale;
                judge.Near("normalisation", zero, tint.LayerNormBackward(c, norm, zero, memory), reference.LayerNormBackward(norm, zero, memory).Bound + stored);
            }),
    ];

    /// <summary>Module(2g + h) = 2·Module(g) + Module(h).</summary>
    private static void Linear(LawCase item, Judge judge, Func<Matrix<double>, Matrix<double>> run, Func<Matrix<double>, Bounded> bound)
    {
        var (g, h) = (Setting.Grid(item.Gradient), Setting.Grid(item.Signal));
        var sum = (2 * g) + h;
        judge.Near("module of 2g + h", (2 * run(g)) + run(h), run(sum), bound(g).Times(2).Plus(bound(h)).With(bound(sum)).Bound);
    }

    private static void Near(Judge judge, string what, BoundedLayer expected, BoundedLayer actual, BoundedLayer bounds)
    {
        judge.Near($"{what} weight", expected.Weight.Value, actual.Weight.Value, bounds.Weight.Bound);
        judge.Near($"{what} bias", expected.Bias.Value, actual.Bias.Value, bounds.Bias.Bound);
    }
}
