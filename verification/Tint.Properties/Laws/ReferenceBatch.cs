namespace Tint.Properties.Laws;

/// <summary>A whole literal construction's outcome for a batch, with bounds.</summary>
/// <param name="Sequences">One outcome a sequence.</param>
/// <param name="OriginalLoss">The reported loss before training and its bound; null without labels that count.</param>
/// <param name="FinalLoss">The reported loss after training and its bound; null without labels that count.</param>
internal sealed record ReferenceBatch(
    IReadOnlyList<ReferenceModel> Sequences, (double Value, double Bound)? OriginalLoss, (double Value, double Bound)? FinalLoss);
