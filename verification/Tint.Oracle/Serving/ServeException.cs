namespace Tint.Oracle.Serving;

/// <summary>A request is refused: in one line, the rule, what was found and what would work.</summary>
internal sealed class ServeException(string message) : Exception(message);
