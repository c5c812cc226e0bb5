namespace Tint.Reference.Simulation;

/// <summary>What the simulated gradient makes of a batch, in which every sequence trains its own copy of the weights.</summary>
/// <param name="Sequences">One result a sequence, in order.</param>
/// <param name="OriginalLoss">Mean cross-entropy before training over all labels of the batch that count; null where none does.</param>
/// <param name="FinalLoss">The same after the last step.</param>
public sealed record SimulatedBatch(IReadOnlyList<SimulatedResult> Sequences, double? OriginalLoss, double? FinalLoss);
