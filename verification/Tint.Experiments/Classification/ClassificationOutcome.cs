namespace Tint.Experiments.Classification;

/// <summary>How often a setting was right on one seed's demonstrations.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Seed">The seed that drew the demonstrations.</param>
/// <param name="Right">Whether it was right, in the order of the tests that were asked; null where training left the finite numbers.</param>
public sealed record ClassificationOutcome(ClassificationSetting Setting, int Seed, IReadOnlyList<bool?> Right);
