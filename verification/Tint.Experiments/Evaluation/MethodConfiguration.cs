using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Experiments.Evaluation;

/// <summary>The TinT of a method.</summary>
public static class MethodConfiguration
{
    /// <summary>
    /// The configuration of a method on a model. <see cref="EvaluationMethod.Faithful"/> needs wider heads than others, for the scores' differences: where the usual number of
    /// prefixes has none, the largest that has.
    /// </summary>
    /// <exception cref="RuleViolationException">No TinT of the method is constructed for the model.</exception>
    public static TintConfiguration Of(EvaluationMethod method, AuxiliaryConfiguration auxiliary)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        var usual = TintConfiguration.For(auxiliary);
        if (method != EvaluationMethod.Faithful)
        {
            return usual with { Departures = method == EvaluationMethod.Published ? Departures.Published : Departures.Paper };
        }

        var narrower = AdmissibleShapes.PrefixCounts(auxiliary.HiddenSize).Reverse().Where(count => count < usual.PrefixCount).Select(count => Find(auxiliary, count));
        return narrower.Prepend(usual).OfType<TintConfiguration>().Select(static one => one.Faithful()).FirstOrDefault(static one => Problem(one) is null)
            ?? throw Problem(usual.Faithful())!;
    }

    /// <summary>Whether there is a TinT of a model without departures.</summary>
    public static bool HasFaithful(FamilyConfiguration model)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            return Of(EvaluationMethod.Faithful, AuxiliaryShape.Find(model) ?? model.Auxiliary()).KeepsScorePath;
        }
        catch (RuleViolationException)
        {
            return false;
        }
    }

    private static TintConfiguration? Find(AuxiliaryConfiguration auxiliary, int prefixCount)
    {
        var hiddenSize = (long)auxiliary.HiddenSize * ((auxiliary.HiddenSize / prefixCount) + 1);
        return hiddenSize <= int.MaxValue && AdmissibleShapes.HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, (int)hiddenSize).Any()
            ? TintConfiguration.For(auxiliary, prefixCount)
            : null;
    }

    private static RuleViolationException? Problem(TintConfiguration configuration)
    {
        try
        {
            AdmissibleShapes.Check(configuration);
            ModelPlan.Of(configuration.Auxiliary).Check(configuration);
            return null;
        }
        catch (RuleViolationException violation)
        {
            return violation;
        }
    }
}
