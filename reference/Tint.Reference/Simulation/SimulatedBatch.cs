namespace Tint.Reference.Simulation;

/// <summary>What the simulated gradient makes of a batch, in which every sequence trains its own copy of the weights.</summary>
/// <param name="Sequences">One result a sequence, in order.</param>
/// <param name="OriginalLoss">Mean cross-entropy before training over all labels of the batch that count; null where none does.</param>
/// <param name="FinalLoss">The same after the last step.</param>
public sealed record SimulatedBatch(IReadOnlyList<SimulatedResult> Sequences, double? OriginalLoss, double? FinalLoss)
{
    /// <summary>The batch of these sequences, its losses averaged over all labels that count.</summary>
    internal static SimulatedBatch Of(IReadOnlyList<SimulatedResult> sequences) =>
        new(sequences, Mean(sequences.Select(result => result.OriginalLoss)), Mean(sequences.Select(result => result.FinalLoss)));

    private static double? Mean(IEnumerable<LossSum?> losses) =>
        losses.Aggregate(new LossSum(0, 0), (total, loss) => total + (loss ?? new LossSum(0, 0))).Mean;
}
