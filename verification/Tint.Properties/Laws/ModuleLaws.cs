using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Properties.Laws;

/// <summary>Algebra and invariances of single modules.</summary>
internal static class ModuleLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new("L24", "linear-backward-linear", "LinearBackward is linear in the gradient.", ["C5"], "LinearBackward", (tint, item, judge) =>
        {
            var (c, layer, reference) = (item.Configuration, item.Layer.Value, new ReferenceModules(item.Configuration));
            Linear(item, judge, g => tint.LinearBackward(c, layer, g), g => reference.LinearBackward(layer, g));
        }),
        new("L25", "attention-backward-linear", "AttentionBackward is linear in the gradient.", ["C11"], "AttentionBackward", (tint, item, judge) =>
        {
            var (c, memory, sequence, reference) =
                (item.Configuration, item.AttentionMemory(), item.Sequence, new ReferenceModules(item.Configuration));
            Linear(
                item,
                judge,
                g => tint.AttentionBackward(c, g, memory, sequence.TrainMask, sequence.IclMask),
                g => reference.AttentionBackward(g, memory, sequence.TrainMask, sequence.IclMask));
        }),
        new("L26", "linear-forward-affine", "LinearForward is affine in x: forward of a sum is the sum of forwards less the forward of zero.", ["C4"], "LinearForward", (tint, item, judge) =>
        {
            var (c, layer, reference) = (item.Configuration, item.Layer.Value, new ReferenceModules(item.Configuration));
            var (x, y) = (Grid(item.Signal), Grid(item.Memory[0]));
            var zero = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount);
            Matrix<double> Run(Matrix<double> input) => tint.LinearForward(c, layer, input).Output;
            Bounded Bound(Matrix<double> input) => reference.LinearForward(layer, input).Output;
            var bounds = Bound(x).Plus(Bound(y)).Minus(Bound(zero)).With(Bound(x + y));
            judge.Near("output", Run(x) + Run(y) - Run(zero), Run(x + y), bounds.Bound);
        }),
        new("L27", "descent-linear-in-rate", "Every descent moves weights in proportion to η.", ["C6", "C9", "C12"], "LinearDescent", (tint, item, judge) =>
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
        new("L28", "descent-additive-in-tokens", "Every descent sums over tokens: training on two disjoint sets of tokens is the sum of training on each.", ["C6", "C9", "C12", "V7"], "LinearDescent", (tint, item, judge) =>
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
        new("L29", "descent-without-tokens", "With gates of 1, a descent without trained tokens hands back the very layer that was stacked.", ["C1", "C6", "C9"], "LinearDescent", (tint, item, judge) =>
        {
            item = item.ExactGates();
            foreach (var descent in Descent.All(tint, item))
            {
                var updated = descent.Run(item.Configuration, new double[item.Sequence.Length]);
                judge.Equal($"{descent.Name} weight", descent.Before.Weight.Value, updated.Weight.Value);
                judge.Equal($"{descent.Name} bias", descent.Before.Bias.Value, updated.Bias.Value);
            }
        }),
        new("L30", "layer-norm-shift", "With gates of 1, LayerNorm does not see a constant that is added to a token.", ["C7", "C19"], "LayerNormForward", (tint, item, judge) =>
        {
            item = item.ExactGates();
            var (c, norm, reference, numbers) = (item.Configuration, item.Norm(), new ReferenceModules(item.Configuration), item.Numbers());
            var x = Grid(item.Signal);
            double[] shift = [.. Enumerable.Range(0, x.RowCount).Select(_ => (double)(numbers.Below(15) - 7))];
            var shifted = x.MapIndexed((t, _, value) => value + shift[t], Zeros.Include);
            var bounds = reference.LayerNormForward(norm, x).Output.With(reference.LayerNormForward(norm, shifted).Output);
            judge.Near("output", tint.LayerNormForward(c, norm, x).Output, tint.LayerNormForward(c, norm, shifted).Output, bounds.Bound);
        }),
        new("L31", "layer-norm-scale", "With gates of 1, LayerNorm of 4x with 16 eps is LayerNorm of x with eps.", ["C7", "C19"], "LayerNormForward", (tint, item, judge) =>
        {
            item = item.ExactGates();
            var (c, norm) = (item.Configuration, item.Norm());
            var scaled = c with { Auxiliary = c.Auxiliary with { LayerNormEpsilon = 16 * c.Auxiliary.LayerNormEpsilon } };
            var bounds = new ReferenceModules(c).LayerNormForward(norm, item.Signal).Output;
            judge.Near(
                "output", tint.LayerNormForward(c, norm, item.Signal).Output, tint.LayerNormForward(scaled, norm, 4 * item.Signal).Output, bounds.Bound);
        }),
        new("L32", "layer-norm-backward-centred", "With gates of 1, the gradient that LayerNorm's backward returns sums to zero over a token's coordinates.", ["C8", "C19"], "LayerNormBackward", (tint, item, judge) =>
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
        new("L33", "no-gradient-no-gradient", "A gradient of zero stays zero through every backward module, with gates of 1 through LayerNorm's to rounding.", ["C5", "C8", "C11", "C14"], "ActivationBackward", (tint, item, judge) =>
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
        new("L34", "attention-convex", "With gates of 1, each coordinate of attention's output lies between the least and the greatest value that the token may attend to.", ["C10", "C17"], "AttentionForward", (tint, item, judge) =>
        {
            item = item.ExactGates();
            var (layer, icl, reference) = (item.Layer, item.Sequence.IclMask, new ReferenceModules(item.Configuration));
            var (output, _) = tint.AttentionForward(item.Configuration, layer.Query, layer.Key, layer.Value, item.Signal, icl);
            var value = reference.LinearForward(layer.Value, item.Signal).Output;
            var bound = reference.AttentionForward(layer.Query, layer.Key, layer.Value, item.Signal, icl).Output.Bound;
            for (var t = 0; t < output.RowCount; t++)
            {
                int[] visible = [.. Enumerable.Range(0, t + 1).Where(j => icl is null || icl.At(t, j) == 1)];
                for (var d = 0; d < output.ColumnCount; d++)
                {
                    var (least, greatest) = (visible.Min(j => value.Value.At(j, d)), visible.Max(j => value.Value.At(j, d)));
                    judge.Near($"output[{t}, {d}]", Math.Clamp(output.At(t, d), least, greatest), output.At(t, d), bound.At(t, d));
                }
            }
        }),
        new("L35", "attention-key-shift", "A vector added to all keys changes no attention.", ["C10", "C17"], "AttentionForward", (tint, item, judge) =>
        {
            var (c, layer, icl, reference) = (item.Configuration, item.Layer, item.Sequence.IclMask, new ReferenceModules(item.Configuration));
            var old = layer.Key with { Bias = Grid(layer.Key.Bias) };
            var shifted = old with { Bias = old.Bias + Grid(item.Numbers().Vector(c.Auxiliary.HiddenSize, 1)) };
            Matrix<double> Run(LinearParameters key) => tint.AttentionForward(c, layer.Query, key, layer.Value, item.Signal, icl).Output;
            Bounded Bound(LinearParameters key) => reference.AttentionForward(layer.Query, key, layer.Value, item.Signal, icl).Output;
            judge.Near("output", Run(old), Run(shifted), Bound(old).With(Bound(shifted)).Bound);
        }),
        new("L36", "attention-causal", "A token's attention output does not depend on later tokens.", ["C10", "C17"], "AttentionForward", (tint, item, judge) =>
        {
            var (c, layer, icl, numbers) = (item.Configuration, item.Layer, item.Sequence.IclMask, item.Numbers());
            var cut = 1 + numbers.Below(item.Signal.RowCount);
            var changed = item.Signal.MapIndexed((t, _, value) => t < cut ? value : numbers.Normal(), Zeros.Include);
            var bounds = new ReferenceModules(c).AttentionForward(layer.Query, layer.Key, layer.Value, item.Signal, icl).Output;
            Matrix<double> Run(Matrix<double> x) => Head(tint.AttentionForward(c, layer.Query, layer.Key, layer.Value, x, icl).Output, cut);
            judge.Near("output", Run(item.Signal), Run(changed), Head(bounds.Bound, cut));
        }),
        new("L37", "attention-backward-mask", "The gradient of an untrained token reaches its own value alone.", ["C11", "C21"], "AttentionBackward", (tint, item, judge) =>
        {
            var (c, memory, sequence, numbers) = (item.Configuration, item.AttentionMemory(), item.Sequence, item.Numbers());
            var untrained = numbers.Below(sequence.Length);
            double[] mask = [.. sequence.TrainMask.Select((value, t) => t == untrained ? 0 : value)];
            var changed = item.Gradient.MapIndexed((t, _, value) => t == untrained ? numbers.Normal() : value, Zeros.Include);
            Matrix<double> Run(Matrix<double> g) => Without(tint.AttentionBackward(c, g, memory, mask, sequence.IclMask), untrained);
            var bounds = new ReferenceModules(c).AttentionBackward(item.Gradient, memory, mask, sequence.IclMask);
            judge.Near("value gradient", Run(item.Gradient), Run(changed), Without(bounds.Bound, untrained));
        }),
        new("L38", "single-token-attention", "With gates of 1, the attention of a single token is its value.", ["C10", "C17"], "AttentionForward", (tint, item, judge) =>
        {
            item = item.ExactGates();
            var (c, layer, x) = (item.Configuration, item.Layer, Head(item.Signal, 1));
            var bounds = new ReferenceModules(c).AttentionForward(layer.Query, layer.Key, layer.Value, x, null).Output;
            judge.Near(
                "output",
                bounds with { Value = ExactLinear.Forward(layer.Value, x) },
                tint.AttentionForward(c, layer.Query, layer.Key, layer.Value, x, null).Output);
        }),
        new("L39", "loss-gradient-exact", "With the last position masked, the loss gradient is the exact gradient of the summed loss.", ["C20", "V4", "V7"], "TinT", (tint, item, judge) =>
        {
            item = item.Departing(departures => departures with { LastPositionUnmasked = false });
            var (c, embedding) = (item.Configuration, item.Weights.TokenEmbedding);
            var bounds = new ReferenceModules(c).LossGradient(embedding, item.Signal, item.Sequence);
            judge.Near(
                "loss gradient",
                bounds with { Value = ExactLoss.Backward(c.Loss, embedding, item.Signal, item.Sequence).OutputGradient },
                tint.LossGradient(c, embedding, item.Signal, item.Sequence));
        }),
        new("L40", "loss-gradient-mask", "A position whose next token is not trained on, or masked from the gradient, has no loss gradient.", ["C20", "C21"], "TinT", (tint, item, judge) =>
        {
            var sequence = item.Sequence;
            var actual = tint.LossGradient(item.Configuration, item.Weights.TokenEmbedding, item.Signal, sequence);
            for (var t = 0; t + 1 < sequence.Length; t++)
            {
                if (sequence.TrainMask[t + 1] == 0 || sequence.GradientMask?[t + 1] == 0)
                {
                    judge.Equal($"loss gradient at token {t}", Matrix<double>.Build.Dense(1, actual.ColumnCount), actual.SubMatrix(t, 1, 0, actual.ColumnCount));
                }
            }
        }),
        new("L41", "loss-gradient-embedding-shift", "A vector added to every row of E changes no cross-entropy gradient of a position that has a target.", ["C20"], "TinT", (tint, item, judge) =>
        {
            item = item.With(configuration => configuration with { Loss = LossKind.CrossEntropy })
                .Departing(departures => departures with { LastPositionUnmasked = false });
            var (c, embedding, shift) = (item.Configuration, Grid(item.Weights.TokenEmbedding), Grid(item.Numbers().Vector(item.Auxiliary.HiddenSize, 1)));
            var (shifted, reference) = (embedding.MapIndexed((_, d, value) => value + shift.At(d), Zeros.Include), new ReferenceModules(item.Configuration));
            var bounds = reference.LossGradient(embedding, item.Signal, item.Sequence).With(reference.LossGradient(shifted, item.Signal, item.Sequence));
            judge.Near(
                "loss gradient",
                tint.LossGradient(c, embedding, item.Signal, item.Sequence),
                tint.LossGradient(c, shifted, item.Signal, item.Sequence),
                bounds.Bound);
        }),
    ];

    /// <summary>Module(2g + h) = 2·Module(g) + Module(h).</summary>
    private static void Linear(LawCase item, Judge judge, Func<Matrix<double>, Matrix<double>> run, Func<Matrix<double>, Bounded> bound)
    {
        var (g, h) = (Grid(item.Gradient), Grid(item.Signal));
        var sum = (2 * g) + h;
        judge.Near("module of 2g + h", (2 * run(g)) + run(h), run(sum), bound(g).Times(2).Plus(bound(h)).With(bound(sum)).Bound);
    }

    private static void Near(Judge judge, string what, BoundedLayer expected, BoundedLayer actual, BoundedLayer bounds)
    {
        judge.Near($"{what} weight", expected.Weight.Value, actual.Weight.Value, bounds.Weight.Bound);
        judge.Near($"{what} bias", expected.Bias.Value, actual.Bias.Value, bounds.Bias.Bound);
    }

    /// <summary>Numbers to 20 binary places, so that sums of a few of them are exact.</summary>
    private static Matrix<double> Grid(Matrix<double> matrix) => matrix.Map(OnGrid, Zeros.Include);

    private static Vector<double> Grid(Vector<double> vector) => vector.Map(OnGrid, Zeros.Include);

    private static double OnGrid(double value) => Math.Round(value * (1 << 20)) / (1 << 20);

    private static Matrix<double> Head(Matrix<double> matrix, int rows) => matrix.SubMatrix(0, rows, 0, matrix.ColumnCount);

    private static Matrix<double> Without(Matrix<double> matrix, int row) => matrix.MapIndexed((t, _, value) => t == row ? 0 : value, Zeros.Include);
}
