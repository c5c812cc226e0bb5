using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Exact;

namespace Tint.Properties.Laws;

/// <summary>Invariances of attention.</summary>
internal static class AttentionLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L34",
            "attention-convex",
            "With gates of 1, each coordinate of attention's output lies between the least and the greatest value that the token may attend to.",
            ["C10", "C17"],
            "AttentionForward",
            (tint, item, judge) =>
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
        new(
            "L35",
            "attention-key-shift",
            "A vector added to all keys changes no attention.",
            ["C10", "C17"],
            "AttentionForward",
            (tint, item, judge) =>
            {
                var (c, layer, icl, reference) = (item.Configuration, item.Layer, item.Sequence.IclMask, new ReferenceModules(item.Configuration));
                var old = layer.Key with { Bias = Setting.Grid(layer.Key.Bias) };
                var shifted = old with { Bias = old.Bias + Setting.Grid(item.Numbers().Vector(c.Auxiliary.HiddenSize, 1)) };
                Matrix<double> Run(LinearParameters key) => tint.AttentionForward(c, layer.Query, key, layer.Value, item.Signal, icl).Output;
                Bounded Bound(LinearParameters key) => reference.AttentionForward(layer.Query, key, layer.Value, item.Signal, icl).Output;
                judge.Near("output", Run(old), Run(shifted), Bound(old).With(Bound(shifted)).Bound);
            }),
        new(
            "L36",
            "attention-causal",
            "A token's attention output does not depend on later tokens.",
            ["C10", "C17"],
            "AttentionForward",
            (tint, item, judge) =>
            {
                var (c, layer, icl, numbers) = (item.Configuration, item.Layer, item.Sequence.IclMask, item.Numbers());
                var cut = 1 + numbers.Below(item.Signal.RowCount);
                var changed = item.Signal.MapIndexed((t, _, value) => t < cut ? value : numbers.Normal(), Zeros.Include);
                var bounds = new ReferenceModules(c).AttentionForward(layer.Query, layer.Key, layer.Value, item.Signal, icl).Output;
                Matrix<double> Run(Matrix<double> x) => Head(tint.AttentionForward(c, layer.Query, layer.Key, layer.Value, x, icl).Output, cut);
                judge.Near("output", Run(item.Signal), Run(changed), Head(bounds.Bound, cut));
            }),
        new(
            "L37",
            "attention-backward-mask",
            "The gradient of an untrained token reaches its own value alone.",
            ["C11", "C21"],
            "AttentionBackward",
            (tint, item, judge) =>
            {
                var (c, memory, sequence, numbers) = (item.Configuration, item.AttentionMemory(), item.Sequence, item.Numbers());
                var untrained = numbers.Below(sequence.Length);
                double[] mask = [.. sequence.TrainMask.Select((value, t) => t == untrained ? 0 : value)];
                var changed = item.Gradient.MapIndexed((t, _, value) => t == untrained ? numbers.Normal() : value, Zeros.Include);
                Matrix<double> Run(Matrix<double> g) => Without(tint.AttentionBackward(c, g, memory, mask, sequence.IclMask), untrained);
                var bounds = new ReferenceModules(c).AttentionBackward(item.Gradient, memory, mask, sequence.IclMask);
                judge.Near("value gradient", Run(item.Gradient), Run(changed), Without(bounds.Bound, untrained));
            }),
        new(
            "L38",
            "single-token-attention",
            "With gates of 1, the attention of a single token is its value.",
            ["C10", "C17"],
            "AttentionForward",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                var (c, layer, x) = (item.Configuration, item.Layer, Head(item.Signal, 1));
                var bounds = new ReferenceModules(c).AttentionForward(layer.Query, layer.Key, layer.Value, x, null).Output;
                judge.Near(
                    "output",
                    bounds with { Value = ExactLinear.Forward(layer.Value, x) },
                    tint.AttentionForward(c, layer.Query, layer.Key, layer.Value, x, null).Output);
            }),
    ];

    private static Matrix<double> Head(Matrix<double> matrix, int rows) => matrix.SubMatrix(0, rows, 0, matrix.ColumnCount);

    private static Matrix<double> Without(Matrix<double> matrix, int row) => matrix.MapIndexed((t, _, value) => t == row ? 0 : value, Zeros.Include);
}
