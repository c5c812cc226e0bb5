namespace Tint.Reference.Configuration;

/// <summary>
/// How an auxiliary model is built where it is not the pre-norm decoder of the published code: <see cref="Architecture.ModelPlan"/>, of which a
/// configuration asks no more than this.
/// </summary>
public abstract record AuxiliaryArchitecture
{
    /// <summary>What the architecture is called, as in "llama".</summary>
    public required string Name { get; init => field = Require.Present(value, "the name of an architecture"); }

    /// <summary>Whether tokens get a row of a position table.</summary>
    public bool HasPositionTable { get; init; }

    /// <summary>Whether there is an encoder, which reads tokens of its own.</summary>
    public abstract bool HasEncoder { get; }

    /// <summary>The width of a row of the token embedding; null for the residual stream's.</summary>
    public int? EmbeddingWidth { get; init => field = value is { } width ? Require.AtLeast(width, 1, "the width of the token embedding") : null; }

    /// <summary>Checks that the numbers of a configuration are those of the architecture.</summary>
    /// <exception cref="RuleViolationException">They are not, or the architecture cannot be simulated.</exception>
    public abstract void Check(AuxiliaryConfiguration auxiliary);
}
