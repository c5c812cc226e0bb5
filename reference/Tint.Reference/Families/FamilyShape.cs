using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Families;

/// <summary>The shape of the TinT that simulates a model of a family.</summary>
/// <remarks>
/// The rule is that of <see cref="TintConfiguration.For"/>: K is the published one where the width and the heads are those of a published shape, and else the largest
/// that is admissible, which makes the narrowest TinT; H_sim is the smallest that is admissible, which leaves each head the most room. Where the model's attention
/// asks for more room than that (C33), K is the next smaller one that has it. An MLP has ⌈F/D⌉ chunks (C30).
/// Source: C26, C30.
/// </remarks>
public static class FamilyShape
{
    /// <summary>The TinT of a model, with every block trained.</summary>
    /// <exception cref="RuleViolationException">No TinT has room for the model; the message says for what of it.</exception>
    public static TintConfiguration Of(FamilyConfiguration model) => Of(model, static configuration => configuration);

    /// <summary>The same with settings that may ask for more room, as attention's score path does (C38).</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">What is set before room is looked for.</param>
    /// <exception cref="RuleViolationException">No TinT has room for the model with these settings.</exception>
    public static TintConfiguration Of(FamilyConfiguration model, Func<TintConfiguration, TintConfiguration> settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        var auxiliary = model.Auxiliary();
        var (plan, first) = (ModelPlan.Of(auxiliary), TintConfiguration.For(auxiliary));
        RuleViolationException? complaint = null;
        foreach (var prefixes in AdmissibleShapes.PrefixCounts(auxiliary.HiddenSize).Where(count => count <= first.PrefixCount).Reverse())
        {
            var configuration = settings(TintConfiguration.For(auxiliary, prefixes));
            try
            {
                plan.Check(configuration);
                return configuration;
            }
            catch (RuleViolationException violation)
            {
                complaint ??= violation;
            }
        }

        throw complaint!;
    }
}
