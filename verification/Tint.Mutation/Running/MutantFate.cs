namespace Tint.Mutation.Running;

/// <summary>How a mutant fared.</summary>
public enum MutantFate
{
    /// <summary>A check saw it.</summary>
    Killed,

    /// <summary>No check saw it: it is equivalent to the original, or a check is missing.</summary>
    Survived,

    /// <summary>It does not compile, and counts as none.</summary>
    Stillborn,
}
