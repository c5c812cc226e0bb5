namespace Tint.Experiments.Evaluation;

/// <summary>What is computed at once, and counted once in a journal.</summary>
/// <param name="Window">The index of the window.</param>
/// <param name="Method">What predicts it.</param>
/// <param name="Fraction">f; null for all of them, where one pass serves all.</param>
public readonly record struct EvaluationUnit(int Window, EvaluationMethod Method, double? Fraction);
