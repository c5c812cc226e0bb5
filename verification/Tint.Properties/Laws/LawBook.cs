using System.IO.Enumeration;
using Tint.Reference;
using Tint.Reference.Families;

namespace Tint.Properties.Laws;

/// <summary>The laws of TinT.</summary>
public static class LawBook
{
    /// <summary>All laws, by label.</summary>
    public static IReadOnlyList<Law> All { get; } =
    [
        .. AgreementLaws.All, .. TruthLaws.All, .. ModuleLaws.All, .. AttentionLaws.All, .. LossLaws.All,
        .. ModelLaws.All, .. InvarianceLaws.All, .. DepartureLaws.All, .. GradientLaws.All, .. LongLaws.All,
        .. StencilLaws.All, .. ScoreLaws.All, .. FamilyLaws.All, .. OperationLaws.All, .. AttentionFormLaws.All, .. SoftmaxLaws.All,
        .. OptimiserLaws.All,
    ];

    /// <summary>The laws about models of all families, on those of one of them: models of others do not meet their condition.</summary>
    /// <param name="family">As in "llama", one of <see cref="FamilyCatalogue.Families"/>.</param>
    /// <exception cref="RuleViolationException">There is no such family, or the name is that of a variant, of which no models are drawn.</exception>
    public static IReadOnlyList<Law> OfFamily(string family) => FamilyCatalogue.NameOf(family) is var name && name == family
        ? FamilyLaws.On(name)
        : throw new RuleViolationException("laws must be on models of a family, which are drawn under its own name", $"'{family}', a variant of {name}", $"use {name}");

    /// <summary>The laws whose label or name matches a pattern: * stands for any text, ? for one character.</summary>
    /// <exception cref="RuleViolationException">None does.</exception>
    public static IReadOnlyList<Law> Select(string? pattern)
    {
        Law[] chosen =
        [
            .. All.Where(law => pattern is null
                || FileSystemName.MatchesSimpleExpression(pattern, law.Label)
                || FileSystemName.MatchesSimpleExpression(pattern, law.Name)),
        ];
        return chosen.Length > 0
            ? chosen
            : throw new RuleViolationException(
                "a pattern must match a law's label or name", $"'{pattern}'", $"use one of {All[0].Label} … {All[^1].Label}, or a name such as {All[0].Name}");
    }
}
