namespace Tint.Verification.Engines;

/// <summary>What an engine computed for a case.</summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Values">Its tensors, by the names of the file.</param>
internal sealed record EngineAnswers(string Engine, IReadOnlyDictionary<string, ComputedTensor> Values);
