namespace Tint.Experiments.Classification;

/// <summary>What is classified at once, and counted once in a journal.</summary>
/// <param name="Setting">The setting's number.</param>
/// <param name="Seed">The place of the seed that draws demonstrations.</param>
/// <param name="Test">The test's place.</param>
public readonly record struct ClassificationUnit(int Setting, int Seed, int Test);
