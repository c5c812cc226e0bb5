namespace Tint.Properties.Mutants.Table;

/// <summary>A check that found a mutant out.</summary>
/// <param name="Check">The law's label, as L01, or the fixture case's id.</param>
/// <param name="Finding">What disagreed, in one line.</param>
/// <param name="Case">The index of the case on which a law was broken, in a campaign of seed 1; null for a fixture.</param>
public sealed record Kill(string Check, string Finding, int? Case = null);
