namespace Tint.Reference;

/// <summary>Bad input or configuration, said in one line: the rule, what was found, and what would work.</summary>
public sealed class RuleViolationException : Exception
{
    /// <summary>Creates the exception; the message reads "rule; got found; remedy".</summary>
    /// <param name="rule">The rule that does not hold, with the names that a user knows.</param>
    /// <param name="found">The offending value or numbers.</param>
    /// <param name="remedy">What would work.</param>
    public RuleViolationException(string rule, string found, string remedy)
        : base($"{rule}; got {found}; {remedy}")
    {
        Rule = rule;
        Found = found;
        Remedy = remedy;
    }

    /// <summary>The rule that does not hold.</summary>
    public string Rule { get; }

    /// <summary>The offending value or numbers.</summary>
    public string Found { get; }

    /// <summary>What would work.</summary>
    public string Remedy { get; }
}
