namespace Tint.Experiments.Evaluation;

/// <summary>A measurement with its window and method.</summary>
/// <param name="Window">The window's index.</param>
/// <param name="Selects">Whether rates are chosen on the window.</param>
/// <param name="Reports">Whether results are reported on the window.</param>
/// <param name="Method">What predicted it.</param>
/// <param name="Value">The measurement.</param>
public sealed record WindowMeasurement(int Window, bool Selects, bool Reports, EvaluationMethod Method, Measurement Value);
