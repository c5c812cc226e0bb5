namespace Tint.Experiments.Classification;

/// <summary>What a test was answered with.</summary>
/// <param name="IsRight">Whether the answer was right; null where training left the finite numbers.</param>
public sealed record ClassificationAnswer(bool? IsRight);
