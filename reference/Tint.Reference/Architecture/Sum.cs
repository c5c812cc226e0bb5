namespace Tint.Reference.Architecture;

/// <summary>Branches beside each other: y = Σ_i branch_i(x), as attention and MLP in a parallel block.</summary>
/// <param name="Branches">The branches, in the order in which they run.</param>
public sealed record Sum(params IReadOnlyList<Branch> Branches) : Node;
