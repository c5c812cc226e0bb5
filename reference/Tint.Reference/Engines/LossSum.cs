using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Engines;

/// <summary>A reported cross-entropy before it is averaged, so that the sequences of a batch can be averaged together.</summary>
/// <param name="Sum">Σ −log softmax(logits_{t−1})[label_t], in nats, over the labels that count.</param>
/// <param name="Count">How many labels count: those at t ≥ 1 that are not <see cref="TokenSequence.IgnoredLabel"/>.</param>
public readonly record struct LossSum(double Sum, int Count)
{
    /// <summary>Sum/Count, or null where no label counts.</summary>
    public double? Mean => Count == 0 ? null : Sum / Count;

    /// <summary>The loss of logits [T × V] against a sequence's labels; nothing without labels.</summary>
    internal static LossSum Of(Matrix<double> logits, TokenSequence sequence) => sequence.Labels is { } labels ? Of(logits, labels) : default;

    /// <summary>The loss of logits [T × V] against labels [T]: entry t is compared with the logits at t − 1.</summary>
    /// <exception cref="RuleViolationException">There is not one row of logits a label.</exception>
    public static LossSum Of(Matrix<double> logits, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        Require.Shape(logits, labels.Count, logits.ColumnCount, "the logits");
        Divergence.Check(logits, "the logits");
        return Of(logits, RowSoftmax.LogSumExp(logits), labels);
    }

    /// <summary>The same with log Σ_v exp(logit_{t,v}) of every row already there, [T].</summary>
    internal static LossSum Of(Matrix<double> logits, double[] logSumExp, IReadOnlyList<int> labels)
    {
        var loss = new LossSum(0, 0);
        for (var t = 1; t < labels.Count; t++)
        {
            if (labels[t] != TokenSequence.IgnoredLabel)
            {
                loss += new LossSum(logSumExp[t - 1] - logits[t - 1, labels[t]], 1);
            }
        }

        Divergence.Check(loss.Sum, "the reported loss");
        return loss;
    }

    /// <summary>The loss over both sets of labels.</summary>
    public static LossSum operator +(LossSum left, LossSum right) => left.Add(right);

    /// <summary>The loss over both sets of labels.</summary>
    public LossSum Add(LossSum other) => new(Sum + other.Sum, Count + other.Count);
}
