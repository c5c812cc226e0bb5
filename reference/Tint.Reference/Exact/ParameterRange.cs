namespace Tint.Reference.Exact;

/// <summary>A named run of entries of a parameter vector, checked on its own.</summary>
/// <param name="Name">The name to report.</param>
/// <param name="Start">The first entry.</param>
/// <param name="Count">How many entries, at least 1.</param>
public sealed record ParameterRange(string Name, int Start, int Count);
