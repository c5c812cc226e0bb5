namespace Tint.Reference.Simulation;

/// <summary>What a run says when it leaves the finite numbers.</summary>
internal static class Divergence
{
    /// <summary>The complaint about an entry, NaN or infinite, of what <paramref name="name"/> names.</summary>
    public static RuleViolationException Of(double entry, string name) => new(
        "training must stay within the finite numbers",
        FormattableString.Invariant($"{entry} in {name}"),
        "lower inner_lr or num_sgd_steps, or check the weights");
}
