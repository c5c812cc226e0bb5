namespace Tint.Oracle.Tracing;

/// <summary>The sizes that cutting a signal into heads needs.</summary>
/// <param name="Tokens">T.</param>
/// <param name="Heads">H.</param>
/// <param name="Size">D/H.</param>
internal sealed record AttentionShape(int Tokens, int Heads, int Size);
