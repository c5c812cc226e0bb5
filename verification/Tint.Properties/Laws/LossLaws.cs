using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Properties.Laws;

/// <summary>The loss gradient.</summary>
internal static class LossLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L39",
            "loss-gradient-exact",
            "With the last position masked, the loss gradient is the exact gradient of the summed loss.",
            ["C20", "V4", "V7"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.Departing(departures => departures with { LastPositionUnmasked = false });
                var (c, embedding) = (item.Configuration, item.Weights.TokenEmbedding);
                var bounds = new ReferenceModules(c).LossGradient(embedding, item.Signal, item.Sequence);
                judge.Near(
                    "loss gradient",
                    bounds with { Value = ExactLoss.Backward(c.Loss, embedding, item.Signal, item.Sequence).OutputGradient },
                    tint.LossGradient(c, embedding, item.Signal, item.Sequence));
            }),
        new(
            "L40",
            "loss-gradient-mask",
            "A position whose next token is not trained on, or masked from the gradient, has no loss gradient.",
            ["C20", "C21"],
            "TinT",
            (tint, item, judge) =>
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
        new(
            "L41",
            "loss-gradient-embedding-shift",
            "A vector added to every row of E changes no cross-entropy gradient of a position that has a target.",
            ["C20"],
            "TinT",
            (tint, item, judge) =>
            {
                item = item.With(configuration => configuration with { Loss = LossKind.CrossEntropy })
                    .Departing(departures => departures with { LastPositionUnmasked = false });
                var (c, embedding, shift) = (item.Configuration, Setting.Grid(item.Weights.TokenEmbedding), Setting.Grid(item.Numbers().Vector(item.Auxiliary.HiddenSize, 1)));
                var (shifted, reference) = (embedding.MapIndexed((_, d, value) => value + shift.At(d), Zeros.Include), new ReferenceModules(item.Configuration));
                var bounds = reference.LossGradient(embedding, item.Signal, item.Sequence).With(reference.LossGradient(shifted, item.Signal, item.Sequence));
                judge.Near(
                    "loss gradient",
                    tint.LossGradient(c, embedding, item.Signal, item.Sequence),
                    tint.LossGradient(c, shifted, item.Signal, item.Sequence),
                    bounds.Bound);
            }),
    ];
}
