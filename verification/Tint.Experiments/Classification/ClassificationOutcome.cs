namespace Tint.Experiments.Classification;

/// <summary>How often a setting was right on one seed's demonstrations.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Seed">The seed that drew the demonstrations.</param>
/// <param name="Right">Whether it was right, by the example's place; null where training left the finite numbers.</param>
public sealed record ClassificationOutcome(ClassificationSetting Setting, int Seed, IReadOnlyList<bool?> Right);
