using Tint.Properties.Generators;
using Tint.Reference.Auxiliary;
using Tint.Reference.Stacking;

namespace Tint.Properties.Laws;

/// <summary>What each switch for a departure does and does not do; stacking.</summary>
internal static class DepartureLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L67",
            "bias-per-chunk",
            "In one step departure V2 moves the MLP's output bias C times as far, and nothing else.",
            ["V2", "C23"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Alone().OneStep();
                var (on, off) = (Switched(item, true), Switched(item, false));
                var (left, right) = (Whole.Reference(on).Sequences[0], Whole.Reference(off).Sequences[0]);
                var (perChunk, once) = (Whole.Run(tint, on)[0].UpdatedWeights, Whole.Run(tint, off)[0].UpdatedWeights);
                int chunks = item.Auxiliary.MlpChunkCount, first = item.Auxiliary.LayerCount - item.Configuration.TrainedLayers;

                // b ← ρ(b − η s) and ρ(b − ηC s): (b_on − ρb) = C(b_off − ρb).
                AuxiliaryLayer Expected(AuxiliaryLayer before, AuxiliaryLayer after, int index) => index < first ? after : after with
                {
                    Outer = after.Outer with { Bias = (chunks * after.Outer.Bias) - ((chunks - 1) * item.Gate() * before.Outer.Bias) },
                };
                AuxiliaryLayer Bound(AuxiliaryLayer before, AuxiliaryLayer bound) => bound with
                {
                    Outer = bound.Outer with { Bias = (chunks * bound.Outer.Bias) + (Tolerance.Gamma(4 * chunks) * before.Outer.Bias.PointwiseAbs()) },
                };
                var expected = once with { Layers = [.. item.Weights.Layers.Select((before, i) => Expected(before, once.Layers[i], i))] };
                var bounds = right.WeightBounds with
                {
                    Layers = [.. item.Weights.Layers.Select((before, i) => Bound(before, right.WeightBounds.Layers[i]))],
                };
                judge.Near("weights", expected, perChunk, AuxiliaryWeightsAlgebra.Add(left.WeightBounds, bounds));

                static LawCase Switched(LawCase item, bool perChunk) =>
                    item.Departing(departures => departures with { MlpBiasLearntPerChunk = perChunk });
            }),
        new(
            "L68",
            "gate-leak-off",
            "Without departure V3, G is read no more.",
            ["V3", "C18"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.ExactGates();
                Whole.Same(tint, item, item.With(configuration => configuration with { GateScale = 1 }), judge);
            }),
        new(
            "L69",
            "last-position-untrained",
            "Departure V4 has no effect where the last token is not trained on.",
            ["V4", "C21"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Sequences(sequence => sequence with { TrainMask = [.. sequence.TrainMask.Select((m, t) => t + 1 == sequence.Length ? 0 : m)] });
                LawCase Switched(bool unmasked) => item.Departing(departures => departures with { LastPositionUnmasked = unmasked });
                Whole.Same(tint, Switched(true), Switched(false), judge);
            }),
        new(
            "L70",
            "dense-descent-bias-only",
            "Departure V5 has no effect where only biases of normalisations are trained.",
            ["V5", "C9"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.With(configuration => configuration with { LayerNormBiasOnly = true });
                LawCase Switched(bool dense) => item.Departing(departures => departures with { DenseLayerNormDescent = dense });
                Whole.Same(tint, Switched(true), Switched(false), judge);
            }),
        new(
            "L71",
            "dense-descent-diagonal",
            "In one step departure V5 changes γ off its diagonal, and nothing else.",
            ["V5", "C9"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Alone().OneStep().With(configuration => configuration with { LayerNormBiasOnly = false });
                LawCase Switched(bool dense) => item.Departing(departures => departures with { DenseLayerNormDescent = dense });
                var bounds = Whole.Reference(Switched(false)).Sequences[0].WeightBounds;
                var (dense, diagonal) = (Whole.Run(tint, Switched(true))[0], Whole.Run(tint, Switched(false))[0]);
                judge.Near("weights", diagonal.UpdatedWeights, Diagonal(dense.UpdatedWeights), bounds);
            }),
        new(
            "L72",
            "attention-switch",
            "Without attention's backward, the gradient goes to the value layer as it is, and the mask plays no part on its way.",
            ["C11", "C12"],
            "AttentionBackwardDescent",
            (tint, item, judge) =>
            {
                item = item.With(configuration => configuration with { BackpropagateThroughAttention = false });
                var (c, value, mask) = (item.Configuration, item.Layer.Value, item.Sequence.TrainMask);
                var reference = new ReferenceModules(c);
                var (input, updated) = tint.AttentionBackwardDescent(c, value, item.Gradient, item.AttentionMemory(), mask, item.Sequence.IclMask);
                judge.Near("input gradient", tint.LinearBackward(c, value, item.Gradient), input, reference.LinearBackward(value, item.Gradient).Bound);
                var expected = tint.LinearDescent(c, value, item.Gradient, item.Memory[2], mask);
                var bounds = reference.LinearDescent(value, item.Gradient, item.Memory[2], mask);
                judge.Near("updated", new BoundedLayer(bounds.Weight with { Value = expected.Weight }, bounds.Bias with { Value = expected.Bias.ToColumnMatrix() }), updated);
            }),
        new(
            "L73",
            "stacking",
            "Prefixes unstack to what was stacked, to the last bit, and a block to all but the rounding of its bias's shares.",
            ["C1", "C2", "C23"],
            "TinT",
            (_, item, judge) =>
            {
                var (c, layer, norm) = (item.Configuration, item.Layer, item.Norm());
                var linear = PrefixStack.Unstack(c, PrefixStack.Stack(c, layer.Value));
                judge.Equal("weight", layer.Value.Weight, linear.Weight);
                judge.Equal("bias", layer.Value.Bias.ToColumnMatrix(), linear.Bias.ToColumnMatrix());
                var back = PrefixStack.UnstackNorm(c, PrefixStack.Stack(c, norm));
                judge.Equal("γ", norm.Weight.ToColumnMatrix(), back.Weight.ToColumnMatrix());
                judge.Holds("a dense γ comes back dense", norm.Dense is null == back.Dense is null);
                var prefixes = BlockPrefixes.Stack(c, layer);
                judge.Holds("a block has 6 + 3C loads", prefixes.InOrder().Count() == 6 + (3 * c.Auxiliary.MlpChunkCount));
                var block = prefixes.Unstack(c);
                judge.Equal("inner weight", layer.Inner.Weight, block.Inner.Weight);
                judge.Equal("outer weight", layer.Outer.Weight, block.Outer.Weight);
                var shares = Tolerance.Gamma(c.Auxiliary.MlpChunkCount + 1) * layer.Outer.Bias.PointwiseAbs();
                judge.Near("outer bias", layer.Outer.Bias.ToColumnMatrix(), block.Outer.Bias.ToColumnMatrix(), shares.ToColumnMatrix());
            }),
    ];

    private static AuxiliaryWeights Diagonal(AuxiliaryWeights weights) => weights with
    {
        Layers = [.. weights.Layers.Select(layer => new AuxiliaryLayer(layer.Parameters.Select(
            group => group is LayerNormParameters norm ? norm with { Dense = null } : group)))],
        FinalNorm = weights.FinalNorm with { Dense = null },
    };
}
