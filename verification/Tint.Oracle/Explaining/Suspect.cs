using Tint.Properties.Mutants;

namespace Tint.Oracle.Explaining;

/// <summary>A mistake that is tried on a case.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sentence">What an implementation with it computes.</param>
/// <param name="Models">How an implementation comes to it.</param>
internal sealed record Suspect(string Name, string Sentence, string? Models)
{
    /// <summary>A mutant of the catalogue.</summary>
    public static Suspect Of(Mutant mutant) => new(mutant.Name, mutant.Fault, mutant.Models);
}
