namespace Tint.Reference.Architecture;

/// <summary>A node that computes: one operation of the auxiliary model, and one module or a few of a TinT.</summary>
/// <param name="Place">Its name.</param>
public abstract record Leaf(Place Place) : Node
{
    /// <summary>
    /// Whether what the forward pass leaves may not be rounded where a store rounds: a finite difference multiplies its rounding by N.
    /// </summary>
    public virtual bool LeavesExactMemory => false;

    /// <summary>Whether it computes what the published code's leaves of its kind do, which is all that some readings know.</summary>
    public virtual bool IsPublished => true;

    /// <summary>The linear layers and normalisations whose parameters it reads, in the order in which TinT loads them; itself, if it has parameters.</summary>
    public virtual IReadOnlyList<ParameterLeaf> Parameters => [];

    /// <summary>Those of its parameters that TinT's descents write.</summary>
    public virtual IReadOnlyList<ParameterLeaf> Trained => Parameters;

    /// <summary>The complaint of a reading that does not know this kind of leaf.</summary>
    public RuleViolationException Unread(string reading) => new(
        $"{reading} must know every leaf of the plan", $"{GetType().Name} at {Place}", "use an architecture without it");
}
