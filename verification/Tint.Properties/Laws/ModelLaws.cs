using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Exact;

namespace Tint.Properties.Laws;

/// <summary>What passes and steps of a whole model do, and what they leave alone.</summary>
internal static class ModelLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L42",
            "logits-exact",
            "With gates of 1, the logits before training are the auxiliary model's.",
            ["C22", "C24"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Alone().ExactGates().NoStep();
                var bounds = Whole.Reference(item).Sequences[0].OriginalLogits;
                judge.Near("original logits", bounds with { Value = ExactModel.Forward(item.Weights, item.Sequence).Logits }, Whole.Run(tint, item)[0].OriginalLogits);
            }),
        new(
            "L43",
            "causality",
            "Later tokens do not change earlier logits before training.",
            ["C10", "C17", "C24"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Alone().NoStep();
                var (numbers, sequence) = (item.Numbers(), item.Sequence);
                var cut = 1 + numbers.Below(sequence.Length);
                var changed = item.Sequences(_ => sequence with
                {
                    InputIds = [.. sequence.InputIds.Select((id, t) => t < cut ? id : numbers.Below(item.Auxiliary.VocabularySize))],
                });
                Matrix<double> Head(Matrix<double> logits) => logits.SubMatrix(0, cut, 0, logits.ColumnCount);
                var bounds = Whole.Reference(item).Sequences[0].OriginalLogits.Bound;
                judge.Near("original logits", Head(Whole.Run(tint, item)[0].OriginalLogits), Head(Whole.Run(tint, changed)[0].OriginalLogits), Head(bounds));
            }),
        new(
            "L44",
            "untrained-tail",
            "Untrained tokens at the end do not change the update.",
            ["C20", "C21", "C24"],
            "TinT",
            (tint, item, judge) =>
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
                var bounds = Whole.Reference(longer).Sequences[0];
                judge.Near("weights", Whole.Run(tint, shorter)[0].UpdatedWeights, Whole.Run(tint, longer)[0].UpdatedWeights, bounds.WeightBounds);
            }),
        new(
            "L45",
            "sequences-apart",
            "Every sequence of a batch trains its own copy: alone it gives the same.",
            ["C24", "C25"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item with { Batch = item.Batch.Count > 1 ? item.Batch : [item.Batch[0], item.Batch[0] with { TrainMask = new double[item.Batch[0].Length] }] };
                var (bounds, together) = (Whole.Reference(item), Whole.Run(tint, item));
                for (var i = 0; i < item.Batch.Count; i++)
                {
                    Outcomes.Near(judge, $"sequence {i}", Whole.Run(tint, item with { Batch = [item.Batch[i]] })[0], together[i], bounds.Sequences[i]);
                }
            }),
        new(
            "L46",
            "no-mask-no-change",
            "With gates of 1 and no trained token, training changes nothing.",
            ["C6", "C21", "V3"],
            "TinT",
            (tint, item, judge) =>
                Whole.Unchanged(tint, item.ExactGates().Sequences(sequence => sequence with { TrainMask = new double[sequence.Length] }), judge)),
        new(
            "L47",
            "no-rate-no-change",
            "With gates of 1 and η = 0, training changes nothing.",
            ["C6", "V3"],
            "TinT",
            (tint, item, judge) =>
                Whole.Unchanged(tint, item.ExactGates().With(configuration => configuration with { InnerLearningRate = 0 }), judge)),
        new(
            "L48",
            "steps-compose",
            "Training for k steps is training for one, k times, each on the weights that the last one left.",
            ["C24"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Alone().With(configuration => configuration with { SgdSteps = Math.Max(2, configuration.SgdSteps) });
                var bounds = Whole.Reference(item).Sequences[0];
                var (together, chained) = (Whole.Run(tint, item)[0], item.OneStep());
                TintOutcome.OfSequence? first = null, last = null;
                for (var step = 0; step < item.Configuration.SgdSteps; step++)
                {
                    last = Whole.Run(tint, chained)[0];
                    first ??= last;
                    chained = chained with { Weights = last.UpdatedWeights };
                }

                Outcomes.Near(judge, "k steps", last! with { OriginalLogits = first!.OriginalLogits }, together, bounds);
            }),
        new(
            "L49",
            "update-linear-in-rate",
            "The update of one step is linear in η.",
            ["C6", "C24"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Alone().OneStep();
                LawCase At(double factor) => item.With(c => c with { InnerLearningRate = factor * c.InnerLearningRate });
                var (none, once, twice) = (At(0), item, At(2));
                var (left, middle, right) = (Whole.Reference(none).Sequences[0], Whole.Reference(once).Sequences[0], Whole.Reference(twice).Sequences[0]);
                var expected = AuxiliaryWeightsAlgebra.AddScaled(
                    AuxiliaryWeightsAlgebra.Scale(Whole.Run(tint, once)[0].UpdatedWeights, 2), -1, Whole.Run(tint, none)[0].UpdatedWeights);
                var bounds = AuxiliaryWeightsAlgebra.Add(
                    AuxiliaryWeightsAlgebra.AddScaled(left.WeightBounds, 2, middle.WeightBounds), right.WeightBounds);
                var forming = AuxiliaryWeightsAlgebra.Zip(middle.Weights, left.Weights, (a, b) => Tolerance.Unit * ((4 * Math.Abs(a)) + Math.Abs(b)));
                judge.Near("weights", expected, Whole.Run(tint, twice)[0].UpdatedWeights, AuxiliaryWeightsAlgebra.Add(bounds, forming));
            }),
        new(
            "L50",
            "top-layers",
            "Training the top layers leaves the others alone to the last bit, and in one step moves them as training all does.",
            ["C24"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Alone().OneStep();
                var (layers, trained) = (item.Auxiliary.LayerCount, item.Choice % item.Auxiliary.LayerCount);
                LawCase Training(int count) => item.With(configuration => configuration with { TrainedLayers = count });
                var bounds = Whole.Reference(Training(layers)).Sequences[0].WeightBounds;
                var (all, some) = (Whole.Run(tint, Training(layers))[0].UpdatedWeights, Whole.Run(tint, Training(trained))[0].UpdatedWeights);
                Identical(judge, "lower layers", item.Weights.Layers.Take(layers - trained), some.Layers.Take(layers - trained), item.Weights);
                var expected = all with { Layers = [.. item.Weights.Layers.Take(layers - trained), .. all.Layers.Skip(layers - trained)] };
                judge.Near("weights", expected, some, bounds);
            }),
        new(
            "L51",
            "queries-keys-fixed",
            "W_Q, W_K and their biases never change.",
            ["V1", "C12"],
            "TinT",
            (tint, item, judge) =>
            {
                foreach (var outcome in Whole.Finite(tint, item))
                {
                    foreach (var (before, after) in item.Weights.Layers.Zip(outcome.UpdatedWeights.Layers))
                    {
                        Identical(judge, "W_Q", before.Query, after.Query);
                        Identical(judge, "W_K", before.Key, after.Key);
                    }
                }
            }),
        new(
            "L52",
            "embeddings-fixed",
            "Token and position embeddings never change.",
            ["V7"],
            "TinT",
            (tint, item, judge) =>
            {
                foreach (var outcome in Whole.Finite(tint, item))
                {
                    judge.Equal("token embedding", item.Weights.TokenEmbedding, outcome.UpdatedWeights.TokenEmbedding);
                    judge.Equal("position embedding", item.Weights.PositionEmbedding, outcome.UpdatedWeights.PositionEmbedding);
                }
            }),
    ];

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
