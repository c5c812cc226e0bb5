namespace Tint.Experiments.Evaluation;

/// <summary>A window and what it is for.</summary>
/// <param name="Tokens">The tokens, [T].</param>
/// <param name="Selects">Whether learning rates are chosen on it.</param>
/// <param name="Reports">Whether results are reported on it; both only where that is asked for.</param>
public sealed record EvaluationWindow(int[] Tokens, bool Selects, bool Reports);
