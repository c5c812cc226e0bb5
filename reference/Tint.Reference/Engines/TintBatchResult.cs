namespace Tint.Reference.Engines;

/// <summary>What an engine makes of a batch, in which every sequence trains its own copy of the weights.</summary>
public sealed class TintBatchResult
{
    /// <summary>The batch of these sequences, its losses averaged over all labels that count.</summary>
    internal TintBatchResult(IReadOnlyList<TintResult> sequences)
    {
        Sequences = sequences;
        OriginalLoss = Mean(static result => result.OriginalLossSum);
        FinalLoss = Mean(static result => result.FinalLossSum);
    }

    /// <summary>One result a sequence, in order.</summary>
    public IReadOnlyList<TintResult> Sequences { get; }

    /// <summary>Mean cross-entropy before training, in nats, over all labels of the batch that count; null where none does.</summary>
    public double? OriginalLoss { get; }

    /// <summary>The same after the last step.</summary>
    public double? FinalLoss { get; }

    /// <summary>The losses of the batch, then every sequence.</summary>
    public override string ToString() => TintResultText.Of(this);

    private double? Mean(Func<TintResult, LossSum> part) =>
        Sequences.Aggregate(new LossSum(0, 0), (total, result) => total + part(result)).Mean;
}
