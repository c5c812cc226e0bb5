using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;
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
    /// −log softmax moves by at most max_j e_j + e_label with errors e on the logits; exp, sum, log and the mean add their own roundings. Tokens that
    /// repeat repeat their errors, so that rows add up with absolute values.
    /// </remarks>
    public static TrackedScalar? Compute(IReadOnlyList<(TokenSequence Sequence, Tracked Logits)> batch, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var (sum, error, count) = Sum(batch, arithmetic);

        // Its own roundings are a bound as they stand, which is what a tracked error stands for only after Bound.
        var mean = (count + 1) * arithmetic.UnitRoundoff * Math.Abs(sum / count) / (arithmetic.Rounding?.Bound(1) ?? 1);
        return count == 0 ? null : new TrackedScalar(sum / count, (error / count) + mean);
    }

    /// <summary>The loss before it is averaged: sum, error and number of labels that count.</summary>
    internal static (double Sum, double Error, int Count) Sum(IReadOnlyList<(TokenSequence Sequence, Tracked Logits)> batch, Arithmetic arithmetic)
    {
        double sum = 0, inherited = 0, rounding = 0;
        var count = 0;
        foreach (var (sequence, logits) in batch.Where(item => item.Sequence.Labels?.Skip(1).Any(Counts) == true))
        {
            var rows = new Rows(logits);
            for (var t = 0; t + 1 < sequence.Length; t++)
            {
                if (Counts(sequence.Labels![t + 1]))
                {
                    var (loss, ofLogits, own) = rows.Loss(t, sequence.Labels[t + 1], arithmetic);
                    sum += loss;
                    inherited += ofLogits;
                    rounding += own;
                    count++;
                }
            }
        }

        Divergence.Check(sum, "the reported loss");
        return (sum, inherited + (rounding / (arithmetic.Rounding?.Bound(1) ?? 1)), count);
    }

    private static bool Counts(int label) => label != TokenSequence.IgnoredLabel;

    /// <summary>The largest logit, the sum of exponentials and the largest error of every row, gathered column by column, as the storage lies.</summary>
    private sealed class Rows
    {
        /// <summary>A rough count of scalar operations for a logit.</summary>
        private const int WorkPerLogit = 16;

        private readonly Tracked _logits;
        private readonly double[] _largest;
        private readonly double[] _sum;
        private readonly double[] _error;

        public Rows(Tracked logits)
        {
            _logits = logits;
            (_largest, _sum, _error) = (new double[logits.RowCount], new double[logits.RowCount], new double[logits.RowCount]);
            Array.Fill(_largest, double.NegativeInfinity);
            Parallelism.ForRanges(logits.RowCount, (long)WorkPerLogit * logits.ColumnCount, (from, to) =>
            {
                for (var j = 0; j < logits.ColumnCount; j++)
                {
                    Elementwise.KeepLargest(_largest.AsSpan(from..to), ColumnMajor.Column(logits.Value, j)[from..to], 1);
                    if (logits.Error is { } error)
                    {
                        Elementwise.KeepLargest(_error.AsSpan(from..to), ColumnMajor.Column(error, j)[from..to], 1);
                    }
                }

                for (var j = 0; j < logits.ColumnCount; j++)
                {
                    Elementwise.AddExponentials(_sum.AsSpan(from..to), ColumnMajor.Column(logits.Value, j)[from..to], _largest.AsSpan(from..to));
                }
            });
        }

        /// <remarks>Where one logit is far above the others Σ exp is 1 + ε, whose rounding is large beside the loss: noise moves sum, logarithm and difference as any result.</remarks>
        public (double Loss, double Inherited, double Rounding) Loss(int t, int label, Arithmetic arithmetic)
        {
            var (target, unitRoundoff) = (_logits.Value.At(t, label), arithmetic.UnitRoundoff);
            var logarithm = Moved(Math.Log(Moved(_sum[t])));
            var rounding = ((_logits.ColumnCount + 8) * unitRoundoff * (1 + logarithm))
                + (8 * unitRoundoff * (Math.Abs(_largest[t]) + Math.Abs(target)));
            return (Moved(Moved(_largest[t] + logarithm) - target), _error[t] + (_logits.Error?.At(t, label) ?? 0), rounding);

            double Moved(double x) => arithmetic.Noise?.On(x, t, label) ?? x;
        }
    }
}
