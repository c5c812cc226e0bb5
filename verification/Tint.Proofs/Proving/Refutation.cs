namespace Tint.Proofs.Proving;

/// <summary>Where the two sides of a claim differ.</summary>
/// <param name="Draw">The number of the draw, from 0.</param>
/// <param name="Prime">Its prime.</param>
/// <param name="Finding">The entry and its residues on both sides, or why a side has none; one line.</param>
/// <param name="HasResidues">Whether both sides have residues; what has none is computed with a constant or a function that no side of an identity has.</param>
public sealed record Refutation(int Draw, long Prime, string Finding, bool HasResidues);
