namespace Tint.Explaining.Walking;

/// <summary>The checks that cover a module.</summary>
/// <param name="Cases">The fixture cases' module names, as the status table has them; "none …" where there are none.</param>
/// <param name="Laws">Laws about it, label and statement.</param>
/// <param name="Mutants">Deliberate faults that those laws are the first to see.</param>
/// <param name="Proofs">Claims of <c>tint prove</c>.</param>
/// <param name="Tests">Test classes that the status table names.</param>
/// <param name="Certificate">The certificate, or "exact".</param>
public sealed record Coverage(
    string Cases,
    IReadOnlyDictionary<string, string> Laws,
    IReadOnlyList<string> Mutants,
    IReadOnlyList<string> Proofs,
    string Tests,
    string Certificate);
