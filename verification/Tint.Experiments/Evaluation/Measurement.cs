namespace Tint.Experiments.Evaluation;

/// <summary>A loss on the end of one window.</summary>
/// <param name="Fraction">f.</param>
/// <param name="Steps">How many steps of SGD; 0 for none.</param>
/// <param name="Layers">How many layers were trained; null for all parameters or none.</param>
/// <param name="Rate">η; null for none.</param>
/// <param name="Loss">Σ −log p over the predicted tokens, in nats; null where training left the finite numbers.</param>
/// <param name="Count">How many tokens were predicted.</param>
public sealed record Measurement(double Fraction, int Steps, int? Layers, double? Rate, double? Loss, int Count);
