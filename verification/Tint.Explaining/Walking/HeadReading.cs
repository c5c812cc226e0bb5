namespace Tint.Explaining.Walking;

/// <summary>What a head reads and where it writes, as its weights say.</summary>
/// <param name="Head">The head.</param>
/// <param name="Query">What it asks with.</param>
/// <param name="Key">What it compares that with.</param>
/// <param name="Value">What it fetches.</param>
/// <param name="Output">Where the output mixing adds it.</param>
public sealed record HeadReading(int Head, string Query, string Key, string Value, string Output);
