namespace Tint.Reference.Primitives;

/// <summary>Which positions linear attention lets see which; scores between others are set to 0.</summary>
/// <remarks>Source: C16, C21.</remarks>
public abstract record Visibility
{
    private Visibility()
    {
    }

    /// <summary>Tokens see prefixes and nothing else is computed.</summary>
    public sealed record TokensToPrefixes : Visibility;

    /// <summary>Every position sees itself and the earlier ones; prefixes come first.</summary>
    public sealed record Causal : Visibility;

    /// <summary>Every token sees itself alone: what heads multiply are signals of one token, entry by entry.</summary>
    /// <remarks>Source: C29.</remarks>
    public sealed record Itself : Visibility;

    /// <summary>
    /// Prefixes see the trained tokens and no prefix: the mask clip(lower triangle + ones on prefix × prefix + m on token columns, 0, 1) of
    /// the descent, with prefix × prefix then set to 0. Tokens pose no query in a descent.
    /// </summary>
    /// <param name="Trained">The tokens with m = 1, ascending.</param>
    public sealed record PrefixesToTrainedTokens(IReadOnlyList<int> Trained) : Visibility;
}
