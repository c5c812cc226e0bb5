namespace Tint.Properties.Laws;

/// <summary>The literal construction itself left the finite numbers on a case, which then says nothing about a law.</summary>
internal sealed class DivergenceException : Exception;
