namespace Tint.Mutation.Running;

/// <summary>What the checks made of a mutant.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Outcome">How it fared.</param>
/// <param name="Check">The check that saw it; null where none did.</param>
/// <param name="Finding">What it found, in one line.</param>
/// <param name="Seconds">How long that took.</param>
public sealed record MutantVerdict(SourceMutant Mutant, MutantFate Outcome, string? Check, string Finding, double Seconds);
