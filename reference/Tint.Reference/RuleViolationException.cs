namespace Tint.Reference;

/// <summary>Bad input or configuration, said in one line: the rule, what was found, and what would work. Control characters are escaped and long texts cut.</summary>
public sealed class RuleViolationException : Exception
{
    /// <summary>Creates the exception; the message reads "rule; got found; remedy".</summary>
    /// <param name="rule">The rule that does not hold, with the names that a user knows.</param>
    /// <param name="found">The offending value or numbers.</param>
    /// <param name="remedy">What would work.</param>
    public RuleViolationException(string rule, string found, string remedy)
        : base($"{OneLine.Text(rule)}; got {OneLine.Text(found)}; {OneLine.Text(remedy)}")
    {
        Rule = OneLine.Text(rule);
        Found = OneLine.Text(found);
        Remedy = OneLine.Text(remedy);
    }

    /// <summary>The rule that does not hold.</summary>
    public string Rule { get; }

    /// <summary>The offending value or numbers.</summary>
    public string Found { get; }

    /// <summary>What would work.</summary>
    public string Remedy { get; }
}
