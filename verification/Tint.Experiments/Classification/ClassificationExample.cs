namespace Tint.Experiments.Classification;

/// <summary>A text and its label.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The label's number, from 0.</param>
public sealed record ClassificationExample(string Text, int Label);
