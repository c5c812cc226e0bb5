using Tint.Reference.Input;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Loss;

/// <summary>
/// The loss that a run reports: cross-entropy of the logits at t against label t + 1, averaged over all labels of the batch that are not
/// <see cref="TokenSequence.IgnoredLabel"/>. It is not the loss that is trained on, which sums over the train mask.
/// </summary>
/// <remarks>Source: C25.</remarks>
public static class ReportedLoss
{
    /// <summary>Computes the loss; null where no sequence has a label that counts.</summary>
    /// <param name="batch">The sequences with their logits, [T × V] each.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <remarks>
    /// −log softmax moves by at most max_j e_j + e_label with errors e on the logits; exp, sum, log and the mean add their own roundings.
    /// </remarks>
    public static TrackedScalar? Compute(IReadOnlyList<(TokenSequence Sequence, Tracked Logits)> batch, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(arithmetic);
        double sum = 0, error = 0;
        var count = 0;
        foreach (var (sequence, logits) in batch)
        {
            for (var t = 0; t + 1 < sequence.Length && sequence.Labels is not null; t++)
            {
                if (sequence.Labels[t + 1] != TokenSequence.IgnoredLabel)
                {
                    var (loss, rowError) = OfRow(logits, t, sequence.Labels[t + 1], arithmetic);
                    sum += loss;
                    error += rowError;
                    count++;
                }
            }
        }

        return count == 0 ? null : new TrackedScalar(sum / count, (error / count) + ((count + 1) * arithmetic.UnitRoundoff * Math.Abs(sum / count)));
    }

    private static (double Loss, double Error) OfRow(Tracked logits, int t, int label, Arithmetic arithmetic)
    {
        double largest = double.NegativeInfinity, sum = 0, inherited = 0;
        var vocabulary = logits.ColumnCount;
        for (var j = 0; j < vocabulary; j++)
        {
            largest = Math.Max(largest, logits.Value.At(t, j));
            inherited = Math.Max(inherited, logits.Error?.At(t, j) ?? 0);
        }

        for (var j = 0; j < vocabulary; j++)
        {
            sum += Math.Exp(logits.Value.At(t, j) - largest);
        }

        var target = logits.Value.At(t, label);
        var loss = largest + Math.Log(sum) - target;
        var rounding = ((vocabulary + 8) * arithmetic.UnitRoundoff * (1 + Math.Log(sum)))
            + (8 * arithmetic.UnitRoundoff * (Math.Abs(largest) + Math.Abs(target)));
        return (loss, inherited + (logits.Error?.At(t, label) ?? 0) + rounding);
    }
}
