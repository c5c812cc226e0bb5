using Tint.Reference.Configuration;

namespace Tint.Reference.Counting;

/// <summary>The parameters of one kind of module, and how many of it a whole model has.</summary>
/// <param name="Name">The module, or the group of tensors.</param>
/// <param name="Parameters">The parameters of one.</param>
/// <param name="Copies">How many the whole model has; 0 for a part that is counted within another.</param>
public sealed record ModuleCount(string Name, long Parameters, int Copies)
{
    /// <summary>Parameters times copies.</summary>
    /// <exception cref="RuleViolationException">There are more than 64 bits count.</exception>
    public long Total => Sizes.Count(Parameters, Copies);
}
