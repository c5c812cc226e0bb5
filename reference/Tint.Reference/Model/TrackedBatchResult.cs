using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>What the construction computed for a batch, with the rounding that was followed.</summary>
/// <param name="Sequences">One result a sequence; each trained its own copy of the weights.</param>
/// <param name="OriginalLoss">The reported loss before training; null without labels that count.</param>
/// <param name="FinalLoss">The reported loss after training; null without labels that count.</param>
public sealed record TrackedBatchResult(IReadOnlyList<TrackedResult> Sequences, TrackedScalar? OriginalLoss, TrackedScalar? FinalLoss);
