using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>What a TinT pass computed for a batch.</summary>
/// <param name="Sequences">One result a sequence; each trained its own copy of the weights.</param>
/// <param name="OriginalLoss">The reported loss before training; null without labels that count.</param>
/// <param name="FinalLoss">The reported loss after training; null without labels that count.</param>
public sealed record TintResult(IReadOnlyList<SequenceResult> Sequences, TrackedScalar? OriginalLoss, TrackedScalar? FinalLoss);
