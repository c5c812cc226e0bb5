namespace Tint.Oracle.Explaining;

/// <summary>A mistake that explains a candidate's numbers.</summary>
/// <param name="Name">Its name: a mutant's, or that of a test of the residual.</param>
/// <param name="Sentence">What the candidate seems to compute.</param>
/// <param name="Remaining">What the explanation leaves of the error: max |yours − explained| / max |yours − reference|.</param>
/// <param name="IsWithinRounding">Whether what it leaves is within the rounding bound in every entry.</param>
internal sealed record Explanation(string Name, string Sentence, double Remaining, bool IsWithinRounding)
{
    /// <summary>The mistake by which an implementation comes to it; null where that is the sentence itself.</summary>
    public string? Models { get; init; }

    /// <summary>
    /// Whether numbers of it were fitted to the candidate's: of two mistakes that both explain all but rounding the one without is the likelier, however much nearer a fit
    /// comes.
    /// </summary>
    public bool IsFitted { get; init; }

    /// <summary>Whether it explains what is wrong only where it is wrong: likelier is what explains why the rest is right as well.</summary>
    public bool IsLocal { get; init; }
}
