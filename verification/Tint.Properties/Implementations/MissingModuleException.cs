namespace Tint.Properties.Implementations;

/// <summary>
/// An implementation lacks a module, or a kind of model, that the published code does not have either: laws about it are not tried on the implementation, and
/// reports say what is missing. Optional members of <see cref="ITintModules"/> throw it until they are implemented; an implementation may throw it too, where it has a module
/// for some configurations alone.
/// </summary>
public sealed class MissingModuleException : Exception
{
    /// <summary>A missing module without a name.</summary>
    public MissingModuleException()
        : this("an optional module")
    {
    }

    /// <summary>A missing module.</summary>
    /// <param name="module">What is missing, as in "AttentionScoreBackward".</param>
    public MissingModuleException(string module)
        : base(module)
    {
    }

    /// <summary>A missing module, with what it was found by.</summary>
    /// <param name="module">What is missing.</param>
    /// <param name="innerException">What it was found by.</param>
    public MissingModuleException(string module, Exception innerException)
        : base(module, innerException)
    {
    }
}
