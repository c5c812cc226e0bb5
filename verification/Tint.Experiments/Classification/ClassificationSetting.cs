using Tint.Experiments.Evaluation;

namespace Tint.Experiments.Classification;

/// <summary>A way to classify.</summary>
/// <param name="Method">What predicts.</param>
/// <param name="Calibration">What is subtracted from scores.</param>
/// <param name="LabelsOnly">Whether only the demonstrations' words are trained on; otherwise everything but the candidate.</param>
/// <param name="Apart">Whether demonstrations are kept apart and the test part sees none ("single").</param>
/// <param name="Layers">How many layers from the top TinT trains; null where that is no choice.</param>
/// <param name="Rate">η; null for none.</param>
public sealed record ClassificationSetting(EvaluationMethod Method, Calibration Calibration, bool LabelsOnly, bool Apart, int? Layers, double? Rate);
