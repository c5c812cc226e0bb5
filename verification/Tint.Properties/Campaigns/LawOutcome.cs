namespace Tint.Properties.Campaigns;

/// <summary>What a campaign learnt about a law, or about all of its laws.</summary>
public enum LawOutcome
{
    /// <summary>At least one case met the condition, and none broke the law.</summary>
    Held,

    /// <summary>A case broke the law.</summary>
    Broken,

    /// <summary>No case met the law's condition, or the implementation lacks what the law is about: nothing was compared and nothing is known.</summary>
    NotTried,
}
