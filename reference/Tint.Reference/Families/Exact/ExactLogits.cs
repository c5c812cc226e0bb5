using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>The loss of logits: cross-entropy of the next token, summed over the trained targets, with its gradient.</summary>
public static class ExactLogits
{
    /// <summary>Σ_t m_{t+1}·(log Σ_v exp z_tv − z_t,id_{t+1}), and its gradient m_{t+1}(softmax(z_t) − one-hot), [T × V].</summary>
    /// <param name="logits">z, [T × V].</param>
    /// <param name="ids">The tokens, [T].</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <exception cref="RuleViolationException">The mask breaks a rule.</exception>
    public static (double Loss, Matrix<double> Gradient) CrossEntropy(Matrix<double> logits, IReadOnlyList<int> ids, IReadOnlyList<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(trainMask);
        Require.Mask(trainMask, ids.Count, "train_mask");
        var (loss, gradient) = (0.0, Matrix<double>.Build.Dense(logits.RowCount, logits.ColumnCount));
        for (var t = 0; t + 1 < ids.Count; t++)
        {
            if (trainMask[t + 1] == 0)
            {
                continue;
            }

            var row = logits.Row(t);
            var largest = row.Maximum();
            var exponentials = (row - largest).PointwiseExp();
            var sum = exponentials.Sum();
            loss += Require.Finite(Math.Log(sum) + largest - row.At(ids[t + 1]), $"the loss of token {t + 1}");
            exponentials /= sum;
            exponentials.At(ids[t + 1], exponentials.At(ids[t + 1]) - 1);
            gradient.SetRow(t, exponentials);
        }

        return (loss, gradient);
    }
}
