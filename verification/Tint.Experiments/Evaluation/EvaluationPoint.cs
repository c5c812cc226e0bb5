namespace Tint.Experiments.Evaluation;

/// <summary>A method at one setting over the windows of one kind.</summary>
/// <param name="Method">What predicts.</param>
/// <param name="Fraction">f.</param>
/// <param name="Steps">Steps of SGD.</param>
/// <param name="Layers">Layers trained; null for all parameters or none.</param>
/// <param name="Rate">η; null for none.</param>
/// <param name="Windows">How many windows.</param>
/// <param name="Perplexity">exp(Σ loss / Σ tokens); null where training left the finite numbers on one.</param>
/// <param name="Low">The lower end of its 95 % interval: windows are the sample, Student's t on the mean loss; null with fewer than two windows.</param>
/// <param name="High">Its upper end.</param>
/// <param name="LossChange">The mean over windows of the loss a token less vanilla's on the same windows, in nats; null without vanilla.</param>
/// <param name="LossChangeError">Half the width of its 95 % interval.</param>
public sealed record EvaluationPoint(
    EvaluationMethod Method,
    double Fraction,
    int Steps,
    int? Layers,
    double? Rate,
    int Windows,
    double? Perplexity,
    double? Low,
    double? High,
    double? LossChange,
    double? LossChangeError);
