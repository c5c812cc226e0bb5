using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;

namespace Tint.Properties.Laws;

/// <summary>What does not matter to a whole model: how it is built, masks that forbid nothing, what nobody reads, names.</summary>
internal static class InvarianceLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L53",
            "prefix-restriction",
            "Whether tokens see only prefixes or also tokens in linear attention changes nothing.",
            ["C4", "C16"],
            "TinT",
            (tint, item, judge) =>
                Whole.Same(tint, item, item.With(c => c with { RestrictPrefixes = !c.RestrictPrefixes }), judge)),
        new(
            "L54",
            "shared-blocks",
            "Whether passes share blocks changes nothing.",
            ["C24", "C27"],
            "TinT",
            (tint, item, judge) =>
                Whole.Same(tint, item, item.With(c => c with { ShareBlocks = !c.ShareBlocks }), judge)),
        new(
            "L55",
            "construction-shape",
            "K, n, D_sim and H_sim change how a TinT computes, never what.",
            ["C1", "C3", "C17", "C26"],
            "TinT",
            (tint, item, judge) =>
            {
                var (c, numbers) = (item.Configuration, item.Numbers());
                var (width, heads) = (c.Auxiliary.HiddenSize, c.Auxiliary.HeadCount);
                int[] prefixCounts = [.. AdmissibleShapes.PrefixCounts(width)];
                var prefixes = prefixCounts[numbers.Below(prefixCounts.Length)];
                var hiddenSize = AdmissibleShapes.HiddenSize(width, prefixes);
                int[] headCounts = [.. AdmissibleShapes.HeadCounts(width, heads, hiddenSize)];
                var other = c with { PrefixCount = prefixes, HiddenSize = hiddenSize, HeadCount = headCounts[numbers.Below(headCounts.Length)] };
                Whole.Same(tint, item, item with { Configuration = other }, judge);
            }),
        new(
            "L56",
            "family",
            "The family decides names and layouts of tensors, never the arithmetic.",
            ["C22"],
            "TinT",
            (tint, item, judge) =>
            {
                var other = item.Auxiliary with { Family = item.Auxiliary.Family == AuxiliaryFamily.Opt ? AuxiliaryFamily.Gpt2 : AuxiliaryFamily.Opt };
                Whole.Same(tint, item, item with { Configuration = item.Configuration with { Auxiliary = other }, Weights = item.Weights with { Configuration = other } }, judge);
            }),
        new(
            "L57",
            "gradient-mask-of-ones",
            "A gradient mask of ones is none.",
            ["C20"],
            "TinT",
            (tint, item, judge) => Whole.Same(
                tint,
                item.Sequences(sequence => sequence with { GradientMask = null }),
                item.Sequences(sequence => sequence with { GradientMask = [.. sequence.TrainMask.Select(_ => 1.0)] }),
                judge)),
        new(
            "L58",
            "gradient-mask-of-zeros",
            "With gates of 1 and the last position masked, a gradient mask of zeros leaves nothing to train on.",
            ["C20", "V4"],
            "TinT",
            (tint, item, judge) => Whole.Unchanged(
                tint,
                item.ExactGates().Departing(departures => departures with { LastPositionUnmasked = false })
                    .Sequences(sequence => sequence with { GradientMask = new double[sequence.Length] }),
                judge)),
        new(
            "L59",
            "icl-mask-of-ones",
            "An icl mask of ones is none, and what it says above the diagonal does not matter.",
            ["C10", "C17"],
            "TinT",
            (tint, item, judge) => Whole.Same(
                tint,
                item.Sequences(sequence => sequence with { IclMask = null }),
                item.Sequences(sequence => sequence with { IclMask = Matrix<double>.Build.Dense(sequence.Length, sequence.Length, (i, j) => j <= i ? 1 : item.Choice & 1) }),
                judge)),
        new(
            "L60",
            "unused-positions",
            "Positions that no token has do not matter.",
            ["C26"],
            "TinT",
            (tint, item, judge) =>
            {
                var larger = item.Auxiliary with { MaximumPositions = item.Auxiliary.MaximumPositions + 3 };
                var (bounds, narrow, wide) = (Whole.Reference(item), Whole.Run(tint, item), Whole.Run(tint, item with
                {
                    Configuration = item.Configuration with { Auxiliary = larger },
                    Weights = item.Weights with
                    {
                        Configuration = larger,
                        PositionEmbedding = item.Weights.PositionEmbedding.Stack(item.Numbers().Matrix(3, larger.HiddenSize, 1)),
                    },
                }));
                for (var i = 0; i < narrow.Count; i++)
                {
                    var cut = wide[i].UpdatedWeights with { PositionEmbedding = item.Weights.PositionEmbedding };
                    Outcomes.Near(judge, $"sequence {i}", narrow[i], wide[i] with { UpdatedWeights = cut }, bounds.Sequences[i]);
                }
            }),
        new(
            "L61",
            "loss-of-the-logits",
            "The reported losses are the mean cross-entropies of the logits, lie between 0 and log V plus the spread of the logits, and are absent without labels that count.",
            ["C25"],
            "TinT",
            (tint, item, judge) =>
            {
                var (bounds, outcome) = (Whole.Reference(item), tint.Run(item.Configuration, item.Weights, item.Batch));
                Loss(judge, "original loss", item, [.. outcome.Sequences.Select(s => s.OriginalLogits)], outcome.OriginalLoss, bounds.OriginalLoss);
                Loss(judge, "final loss", item, [.. outcome.Sequences.Select(s => s.Logits)], outcome.FinalLoss, bounds.FinalLoss);
            }),
        new(
            "L62",
            "head-permutation",
            "Renaming attention's heads, and the coordinates inside them, renames the result.",
            ["C10", "C17"],
            "TinT",
            (tint, item, judge) =>
            {
                var (numbers, heads, size) = (item.Numbers(), item.Auxiliary.HeadCount, item.Auxiliary.HeadSize);
                var (order, inside) = (numbers.Permutation(heads), numbers.Permutation(size));
                int[] units = [.. Enumerable.Range(0, heads * size).Select(i => (order[i / size] * size) + inside[i % size])];
                Permuted(tint, item, Permutation.None(item.Weights) with { Attention = units }, judge);
            }),
        new(
            "L63",
            "hidden-permutation",
            "Renaming the coordinates of the residual stream renames the result.",
            ["C1", "C19"],
            "TinT",
            (tint, item, judge) =>
                Permuted(tint, item, Permutation.None(item.Weights) with { Residual = item.Numbers().Permutation(item.Auxiliary.HiddenSize) }, judge)),
        new(
            "L64",
            "mlp-permutation",
            "Renaming the MLP's inner units, across its chunks, renames the result.",
            ["C23"],
            "TinT",
            (tint, item, judge) =>
                Permuted(tint, item, Permutation.None(item.Weights) with { Inner = item.Numbers().Permutation(item.Auxiliary.InnerSize) }, judge)),
        new(
            "L65",
            "vocabulary-permutation",
            "Renaming the tokens renames the logits and changes nothing else.",
            ["C20", "C25"],
            "TinT",
            (tint, item, judge) =>
                Permuted(tint, item, Permutation.None(item.Weights) with { Vocabulary = item.Numbers().Permutation(item.Auxiliary.VocabularySize) }, judge)),
        new(
            "L66",
            "single-token",
            "With gates of 1 and the last position masked, a single token leaves nothing to train on.",
            ["C20", "V4"],
            "TinT",
            (tint, item, judge) => Whole.Unchanged(
                tint, CaseSurgery.KeepTokens(item.Alone(), 0, [0]).ExactGates().Departing(departures => departures with { LastPositionUnmasked = false }), judge)),
    ];

    private static void Permuted(ITint tint, LawCase item, Permutation names, Judge judge)
    {
        var ids = names.NewIds;
        var renamed = (item with { Weights = names.Of(item.Weights) }).Sequences(sequence => sequence with
        {
            InputIds = [.. sequence.InputIds.Select(id => ids[id])],
            Labels = sequence.Labels is { } labels ? [.. labels.Select(id => id == TokenSequence.IgnoredLabel ? id : ids[id])] : null,
        });
        var (bounds, before, after) = (Whole.Reference(item), Whole.Run(tint, item), Whole.Run(tint, renamed));
        for (var i = 0; i < before.Count; i++)
        {
            var expected = new TintOutcome.OfSequence(
                names.OfLogits(before[i].OriginalLogits), names.OfLogits(before[i].Logits), names.Of(before[i].UpdatedWeights));
            var bound = bounds.Sequences[i];
            Outcomes.Near(judge, $"sequence {i}", expected, after[i], bound with
            {
                OriginalLogits = bound.OriginalLogits with { Bound = names.OfLogits(bound.OriginalLogits.Bound) },
                Logits = bound.Logits with { Bound = names.OfLogits(bound.Logits.Bound) },
                WeightBounds = names.Of(bound.WeightBounds),
            });
        }
    }

    private static void Loss(
        Judge judge, string what, LawCase item, IReadOnlyList<Matrix<double>> logits, double? actual, (double Value, double Bound)? bounds)
    {
        var sum = new LossSum(0, 0);
        var spread = 0.0;
        for (var i = 0; i < logits.Count; i++)
        {
            sum += item.Batch[i].Labels is { } labels ? LossSum.Of(logits[i], labels) : new LossSum(0, 0);
            spread = Math.Max(spread, logits[i].EnumerateRows().Max(row => row.Maximum() - row.Minimum()));
        }

        Outcomes.Loss(judge, what, sum.Mean, actual, bounds);
        if (actual is { } loss)
        {
            var limit = spread + Math.Log(item.Auxiliary.VocabularySize);
            judge.Near($"{what} within its range", Math.Clamp(loss, 0, limit), loss, bounds?.Bound ?? 0);
        }
    }
}
