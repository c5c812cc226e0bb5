using Tint.Reference.Families;

namespace Tint.Experiments.Training;

/// <summary>A finished training.</summary>
/// <param name="Model">What was trained.</param>
/// <param name="Options">How.</param>
/// <param name="Losses">The mean loss of each step, in nats a token, before its update.</param>
/// <param name="HeldOutLoss">The same on text that was not trained on; null where there was none.</param>
public sealed record TrainingResult(FamilyConfiguration Model, TrainingOptions Options, IReadOnlyList<double> Losses, double? HeldOutLoss);
