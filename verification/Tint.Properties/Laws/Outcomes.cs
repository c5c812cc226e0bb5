using Tint.Properties.Implementations;

namespace Tint.Properties.Laws;

/// <summary>Comparisons of whole models' outcomes.</summary>
internal static class Outcomes
{
    /// <summary>An outcome against the construction's.</summary>
    public static void Near(Judge judge, string what, ReferenceModel expected, TintOutcome.OfSequence actual) => Near(
        judge,
        what,
        new TintOutcome.OfSequence(expected.OriginalLogits.Value, expected.Logits.Value, expected.Weights),
        actual,
        expected);

    /// <summary>Two outcomes that are the same in exact arithmetic, with the bounds of the construction for it.</summary>
    public static void Near(
        Judge judge, string what, TintOutcome.OfSequence expected, TintOutcome.OfSequence actual, ReferenceModel bounds)
    {
        judge.Near($"{what} original logits", expected.OriginalLogits, actual.OriginalLogits, bounds.OriginalLogits.Bound);
        judge.Near($"{what} logits", expected.Logits, actual.Logits, bounds.Logits.Bound);
        judge.Near($"{what} weights", expected.UpdatedWeights, actual.UpdatedWeights, bounds.WeightBounds);
    }

    /// <summary>Two batches that are the same in exact arithmetic.</summary>
    public static void Near(Judge judge, TintOutcome expected, TintOutcome actual, ReferenceBatch bounds)
    {
        for (var i = 0; i < bounds.Sequences.Count; i++)
        {
            Near(judge, $"sequence {i}", expected.Sequences[i], actual.Sequences[i], bounds.Sequences[i]);
        }

        Loss(judge, "original loss", expected.OriginalLoss, actual.OriginalLoss, bounds.OriginalLoss);
        Loss(judge, "final loss", expected.FinalLoss, actual.FinalLoss, bounds.FinalLoss);
    }

    /// <summary>The losses of a batch against the construction's.</summary>
    public static void Losses(Judge judge, ReferenceBatch expected, TintOutcome actual)
    {
        Loss(judge, "original loss", expected.OriginalLoss?.Value, actual.OriginalLoss, expected.OriginalLoss);
        Loss(judge, "final loss", expected.FinalLoss?.Value, actual.FinalLoss, expected.FinalLoss);
    }

    /// <summary>One reported loss, which may be absent on both sides.</summary>
    public static void Loss(Judge judge, string what, double? expected, double? actual, (double Value, double Bound)? bounds)
    {
        if (expected is { } left && actual is { } right && bounds is { } known)
        {
            judge.Near(what, left, right, known.Bound);
        }
        else
        {
            judge.Holds($"{what} is there on one side only", expected is null && actual is null);
        }
    }
}
