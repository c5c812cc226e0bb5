namespace Tint.Experiments.Training;

/// <summary>What a model is trained on.</summary>
/// <param name="Training">The tokens that are trained on.</param>
/// <param name="HeldOut">Tokens that are not, for the loss that is reported; may be none.</param>
/// <param name="TokenizerFiles">The files of the tokenizer, by name, which go into the model's folder.</param>
public sealed record TrainingText(IReadOnlyList<int> Training, IReadOnlyList<int> HeldOut, IReadOnlyDictionary<string, byte[]> TokenizerFiles);
