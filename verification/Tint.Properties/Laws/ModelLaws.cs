using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Laws;

/// <summary>Invariances of whole models.</summary>
internal static class ModelLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new("L42", "logits-exact", "With gates of 1, the logits before training are the auxiliary model's.", ["C22", "C24"], "TinT", (tint, item, judge) =>
        {
            item = item.Alone().ExactGates().NoStep();
            var bounds = Reference(item).Sequences[0].OriginalLogits;
            judge.Near("original logits", bounds with { Value = ExactModel.Forward(item.Weights, item.Sequence).Logits }, Run(tint, item)[0].OriginalLogits);
        }),
        new("L43", "causality", "Later tokens do not change earlier logits before training.", ["C10", "C17", "C24"], "TinT", (tint, item, judge) =>
        {
            item = item.Alone().NoStep();
            var (numbers, sequence) = (item.Numbers(), item.Sequence);
            var cut = 1 + numbers.Below(sequence.Length);
            var changed = item.Sequences(_ => sequence with
            {
                InputIds = [.. sequence.InputIds.Select((id, t) => t < cut ? id : numbers.Below(item.Auxiliary.VocabularySize))],
            });
            Matrix<double> Head(Matrix<double> logits) => logits.SubMatrix(0, cut, 0, logits.ColumnCount);
            var bounds = Reference(item).Sequences[0].OriginalLogits.Bound;
            judge.Near("original logits", Head(Run(tint, item)[0].OriginalLogits), Head(Run(tint, changed)[0].OriginalLogits), Head(bounds));
        }),
        new("L44", "untrained-tail", "Untrained tokens at the end do not change the update.", ["C20", "C21", "C24"], "TinT", (tint, item, judge) =>
        {
            // Where the last position keeps its gradient (V4) it must not be trained on, or its gradient would change with the tail.
            item = item.Alone();
            var (sequence, numbers) = (item.Sequence, item.Numbers());
            var kept = 1 + numbers.Below(sequence.Length);
            var unmasked = item.Configuration.Departures.LastPositionUnmasked;
            var longer = item.Sequences(_ => sequence with
            {
                TrainMask = [.. sequence.TrainMask.Select((m, t) => t >= kept || (unmasked && t == kept - 1) ? 0 : m)],
            });
            var shorter = CaseSurgery.KeepTokens(longer, 0, [.. Enumerable.Range(0, kept)]);
            shorter = shorter.Sequences(cut => cut with
            {
                IclMask = sequence.IclMask is { } mask ? mask.SubMatrix(0, kept, 0, kept) : null,
            });
            var bounds = Reference(longer).Sequences[0];
            judge.Near("weights", Run(tint, shorter)[0].UpdatedWeights, Run(tint, longer)[0].UpdatedWeights, bounds.WeightBounds);
        }),
        new("L45", "sequences-apart", "Every sequence of a batch trains its own copy: alone it gives the same.", ["C24", "C25"], "TinT", (tint, item, judge) =>
        {
            item = item with { Batch = item.Batch.Count > 1 ? item.Batch : [item.Batch[0], item.Batch[0] with { TrainMask = new double[item.Batch[0].Length] }] };
            var (bounds, together) = (Reference(item), Run(tint, item));
            for (var i = 0; i < item.Batch.Count; i++)
            {
                Outcomes.Near(judge, $"sequence {i}", Run(tint, item with { Batch = [item.Batch[i]] })[0], together[i], bounds.Sequences[i]);
            }
        }),
        new("L46", "no-mask-no-change", "With gates of 1 and no trained token, training changes nothing.", ["C6", "C21", "V3"], "TinT", (tint, item, judge) =>
            Unchanged(tint, item.ExactGates().Sequences(sequence => sequence with { TrainMask = new double[sequence.Length] }), judge)),
        new("L47", "no-rate-no-change", "With gates of 1 and η = 0, training changes nothing.", ["C6", "V3"], "TinT", (tint, item, judge) =>
            Unchanged(tint, item.ExactGates().With(configuration => configuration with { InnerLearningRate = 0 }), judge)),
        new("L48", "steps-compose", "Training for k steps is training for one, k times, each on the weights that the last one left.", ["C24"], "TinT", (tint, item, judge) =>
        {
            item = item.Alone().With(configuration => configuration with { SgdSteps = Math.Max(2, configuration.SgdSteps) });
            var bounds = Reference(item).Sequences[0];
            var (together, chained) = (Run(tint, item)[0], item.OneStep());
            TintOutcome.OfSequence? first = null, last = null;
            for (var step = 0; step < item.Configuration.SgdSteps; step++)
            {
                last = Run(tint, chained)[0];
                first ??= last;
                chained = chained with { Weights = last.UpdatedWeights };
            }

            Outcomes.Near(judge, "k steps", last! with { OriginalLogits = first!.OriginalLogits }, together, bounds);
        }),
        new("L49", "update-linear-in-rate", "The update of one step is linear in η.", ["C6", "C24"], "TinT", (tint, item, judge) =>
        {
            item = item.Alone().OneStep();
            LawCase At(double factor) => item.With(c => c with { InnerLearningRate = factor * c.InnerLearningRate });
            var (none, once, twice) = (At(0), item, At(2));
            var (left, middle, right) = (Reference(none).Sequences[0], Reference(once).Sequences[0], Reference(twice).Sequences[0]);
            var expected = AuxiliaryWeightsAlgebra.AddScaled(
                AuxiliaryWeightsAlgebra.Scale(Run(tint, once)[0].UpdatedWeights, 2), -1, Run(tint, none)[0].UpdatedWeights);
            var bounds = AuxiliaryWeightsAlgebra.Add(
                AuxiliaryWeightsAlgebra.AddScaled(left.WeightBounds, 2, middle.WeightBounds), right.WeightBounds);
            var forming = AuxiliaryWeightsAlgebra.Zip(middle.Weights, left.Weights, (a, b) => Tolerance.Unit * ((4 * Math.Abs(a)) + Math.Abs(b)));
            judge.Near("weights", expected, Run(tint, twice)[0].UpdatedWeights, AuxiliaryWeightsAlgebra.Add(bounds, forming));
        }),
        new("L50", "top-layers", "Training the top layers leaves the others alone to the last bit, and in one step moves them as training all does.", ["C24"], "TinT", (tint, item, judge) =>
        {
            item = item.Alone().OneStep();
            var (layers, trained) = (item.Auxiliary.LayerCount, item.Choice % item.Auxiliary.LayerCount);
            LawCase Training(int count) => item.With(configuration => configuration with { TrainedLayers = count });
            var bounds = Reference(Training(layers)).Sequences[0].WeightBounds;
            var (all, some) = (Run(tint, Training(layers))[0].UpdatedWeights, Run(tint, Training(trained))[0].UpdatedWeights);
            Identical(judge, "lower layers", item.Weights.Layers.Take(layers - trained), some.Layers.Take(layers - trained), item.Weights);
            var expected = all with { Layers = [.. item.Weights.Layers.Take(layers - trained), .. all.Layers.Skip(layers - trained)] };
            judge.Near("weights", expected, some, bounds);
        }),
        new("L51", "queries-keys-fixed", "W_Q, W_K and their biases never change.", ["V1", "C12"], "TinT", (tint, item, judge) =>
        {
            foreach (var outcome in Finite(tint, item))
            {
                foreach (var (before, after) in item.Weights.Layers.Zip(outcome.UpdatedWeights.Layers))
                {
                    Identical(judge, "W_Q", before.Query, after.Query);
                    Identical(judge, "W_K", before.Key, after.Key);
                }
            }
        }),
        new("L52", "embeddings-fixed", "Token and position embeddings never change.", ["V7"], "TinT", (tint, item, judge) =>
        {
            foreach (var outcome in Finite(tint, item))
            {
                judge.Equal("token embedding", item.Weights.TokenEmbedding, outcome.UpdatedWeights.TokenEmbedding);
                judge.Equal("position embedding", item.Weights.PositionEmbedding, outcome.UpdatedWeights.PositionEmbedding);
            }
        }),
        new("L53", "prefix-restriction", "Whether tokens see only prefixes or also tokens in linear attention changes nothing.", ["C4", "C16"], "TinT", (tint, item, judge) =>
            Same(tint, item, item.With(c => c with { RestrictPrefixes = !c.RestrictPrefixes }), judge)),
        new("L54", "shared-blocks", "Whether passes share blocks changes nothing.", ["C24", "C27"], "TinT", (tint, item, judge) =>
            Same(tint, item, item.With(c => c with { ShareBlocks = !c.ShareBlocks }), judge)),
        new("L55", "construction-shape", "K, n, D_sim and H_sim change how a TinT computes, never what.", ["C1", "C3", "C17", "C26"], "TinT", (tint, item, judge) =>
        {
            var (c, numbers) = (item.Configuration, item.Numbers());
            var (width, heads) = (c.Auxiliary.HiddenSize, c.Auxiliary.HeadCount);
            int[] prefixCounts = [.. AdmissibleShapes.PrefixCounts(width)];
            var prefixes = prefixCounts[numbers.Below(prefixCounts.Length)];
            var hiddenSize = AdmissibleShapes.HiddenSize(width, prefixes);
            int[] headCounts = [.. AdmissibleShapes.HeadCounts(width, heads, hiddenSize)];
            var other = c with { PrefixCount = prefixes, HiddenSize = hiddenSize, HeadCount = headCounts[numbers.Below(headCounts.Length)] };
            Same(tint, item, item with { Configuration = other }, judge);
        }),
        new("L56", "family", "The family decides names and layouts of tensors, never the arithmetic.", ["C22"], "TinT", (tint, item, judge) =>
        {
            var other = item.Auxiliary with { Family = item.Auxiliary.Family == AuxiliaryFamily.Opt ? AuxiliaryFamily.Gpt2 : AuxiliaryFamily.Opt };
            Same(tint, item, item with { Configuration = item.Configuration with { Auxiliary = other }, Weights = item.Weights with { Configuration = other } }, judge);
        }),
        new("L57", "gradient-mask-of-ones", "A gradient mask of ones is none.", ["C20"], "TinT", (tint, item, judge) => Same(
            tint,
            item.Sequences(sequence => sequence with { GradientMask = null }),
            item.Sequences(sequence => sequence with { GradientMask = [.. sequence.TrainMask.Select(_ => 1.0)] }),
            judge)),
        new("L58", "gradient-mask-of-zeros", "With gates of 1 and the last position masked, a gradient mask of zeros leaves the update to rounding.", ["C20", "V4"], "TinT", (tint, item, judge) => Unchanged(
            tint,
            item.ExactGates().Departing(departures => departures with { LastPositionUnmasked = false })
                .Sequences(sequence => sequence with { GradientMask = new double[sequence.Length] }),
            judge)),
        new("L59", "icl-mask-of-ones", "An icl mask of ones is none, and what it says above the diagonal does not matter.", ["C10", "C17"], "TinT", (tint, item, judge) => Same(
            tint,
            item.Sequences(sequence => sequence with { IclMask = null }),
            item.Sequences(sequence => sequence with { IclMask = Matrix<double>.Build.Dense(sequence.Length, sequence.Length, (i, j) => j <= i ? 1 : item.Choice & 1) }),
            judge)),
        new("L60", "unused-positions", "Positions that no token has do not matter.", ["C26"], "TinT", (tint, item, judge) =>
        {
            var larger = item.Auxiliary with { MaximumPositions = item.Auxiliary.MaximumPositions + 3 };
            var (bounds, short_, long_) = (Reference(item), Run(tint, item), Run(tint, item with
            {
                Configuration = item.Configuration with { Auxiliary = larger },
                Weights = item.Weights with
                {
                    Configuration = larger,
                    PositionEmbedding = item.Weights.PositionEmbedding.Stack(item.Numbers().Matrix(3, larger.HiddenSize, 1)),
                },
            }));
            for (var i = 0; i < short_.Count; i++)
            {
                var cut = long_[i].UpdatedWeights with { PositionEmbedding = item.Weights.PositionEmbedding };
                Outcomes.Near(judge, $"sequence {i}", short_[i], long_[i] with { UpdatedWeights = cut }, bounds.Sequences[i]);
            }
        }),
        new("L61", "loss-of-the-logits", "The reported losses are the mean cross-entropies of the logits, lie between 0 and log V plus the spread of the logits, and are absent without labels that count.", ["C25"], "TinT", (tint, item, judge) =>
        {
            var (bounds, outcome) = (Reference(item), tint.Run(item.Configuration, item.Weights, item.Batch));
            Loss(judge, "original loss", item, [.. outcome.Sequences.Select(s => s.OriginalLogits)], outcome.OriginalLoss, bounds.OriginalLoss);
            Loss(judge, "final loss", item, [.. outcome.Sequences.Select(s => s.Logits)], outcome.FinalLoss, bounds.FinalLoss);
        }),
        new("L62", "head-permutation", "Renaming attention's heads, and the coordinates inside them, renames the result.", ["C10", "C17"], "TinT", (tint, item, judge) =>
        {
            var (numbers, heads, size) = (item.Numbers(), item.Auxiliary.HeadCount, item.Auxiliary.HeadSize);
            var (order, inside) = (numbers.Permutation(heads), numbers.Permutation(size));
            int[] units = [.. Enumerable.Range(0, heads * size).Select(i => (order[i / size] * size) + inside[i % size])];
            Permuted(tint, item, Permutation.None(item.Weights) with { Attention = units }, judge);
        }),
        new("L63", "hidden-permutation", "Renaming the coordinates of the residual stream renames the result.", ["C1", "C19"], "TinT", (tint, item, judge) =>
            Permuted(tint, item, Permutation.None(item.Weights) with { Residual = item.Numbers().Permutation(item.Auxiliary.HiddenSize) }, judge)),
        new("L64", "mlp-permutation", "Renaming the MLP's inner units, across its chunks, renames the result.", ["C23"], "TinT", (tint, item, judge) =>
            Permuted(tint, item, Permutation.None(item.Weights) with { Inner = item.Numbers().Permutation(item.Auxiliary.InnerSize) }, judge)),
        new("L65", "vocabulary-permutation", "Renaming the tokens renames the logits and changes nothing else.", ["C20", "C25"], "TinT", (tint, item, judge) =>
            Permuted(tint, item, Permutation.None(item.Weights) with { Vocabulary = item.Numbers().Permutation(item.Auxiliary.VocabularySize) }, judge)),
        new("L66", "single-token", "With gates of 1 and the last position masked, a single token leaves nothing to train on.", ["C20", "V4"], "TinT", (tint, item, judge) => Unchanged(
            tint, CaseSurgery.KeepTokens(item.Alone(), 0, [0]).ExactGates().Departing(departures => departures with { LastPositionUnmasked = false }), judge)),
    ];

    /// <summary>The implementation's outcomes.</summary>
    internal static IReadOnlyList<TintOutcome.OfSequence> Run(ITint tint, LawCase item) =>
        tint.Run(item.Configuration, item.Weights, item.Batch).Sequences;

    /// <summary>The implementation's outcomes on a case on which the construction stays within the finite numbers.</summary>
    private static IReadOnlyList<TintOutcome.OfSequence> Finite(ITint tint, LawCase item)
    {
        _ = Reference(item);
        return Run(tint, item);
    }

    /// <summary>The construction's outcomes with bounds.</summary>
    internal static ReferenceBatch Reference(LawCase item) => ReferenceModel.Run(item.Configuration, item.Weights, item.Batch);

    /// <summary>Two cases that are the same computation.</summary>
    internal static void Same(ITint tint, LawCase item, LawCase other, Judge judge)
    {
        var bounds = Reference(item);
        Outcomes.Near(
            judge,
            tint.Run(item.Configuration, item.Weights, item.Batch),
            tint.Run(other.Configuration, other.Weights, other.Batch),
            bounds);
    }

    private static void Unchanged(ITint tint, LawCase item, Judge judge)
    {
        var (bounds, outcomes) = (Reference(item), Run(tint, item));
        for (var i = 0; i < outcomes.Count; i++)
        {
            judge.Near($"sequence {i} weights", item.Weights, outcomes[i].UpdatedWeights, bounds.Sequences[i].WeightBounds);
            judge.Near($"sequence {i} logits", outcomes[i].OriginalLogits, outcomes[i].Logits, bounds.Sequences[i].Logits.Bound);
        }
    }

    private static void Permuted(ITint tint, LawCase item, Permutation names, Judge judge)
    {
        var ids = names.NewIds;
        var renamed = (item with { Weights = names.Of(item.Weights) }).Sequences(sequence => sequence with
        {
            InputIds = [.. sequence.InputIds.Select(id => ids[id])],
            Labels = sequence.Labels is { } labels ? [.. labels.Select(id => id == TokenSequence.IgnoredLabel ? id : ids[id])] : null,
        });
        var (bounds, before, after) = (Reference(item), Run(tint, item), Run(tint, renamed));
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

    private static void Identical(Judge judge, string what, LinearParameters expected, LinearParameters actual)
    {
        judge.Equal(what, expected.Weight, actual.Weight);
        judge.Equal($"{what} bias", expected.Bias.ToColumnMatrix(), actual.Bias.ToColumnMatrix());
    }

    private static void Identical(
        Judge judge, string what, IEnumerable<AuxiliaryLayer> expected, IEnumerable<AuxiliaryLayer> actual, AuxiliaryWeights shape)
    {
        var zero = AuxiliaryWeightsAlgebra.Map(shape, static _ => 0);
        AuxiliaryLayer[] left = [.. expected], right = [.. actual];
        AuxiliaryWeights Of(AuxiliaryLayer[] layers) => zero with { Layers = [.. layers, .. zero.Layers.Skip(layers.Length)] };
        judge.Near(what, Of(left), Of(right), zero);
    }
}
