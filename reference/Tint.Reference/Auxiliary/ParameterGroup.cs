using Tint.Reference.Architecture;

namespace Tint.Reference.Auxiliary;

/// <summary>The parameters at one place of a block: <see cref="LinearParameters"/> or <see cref="LayerNormParameters"/>.</summary>
public abstract record ParameterGroup
{
    /// <summary>The complaint about parameters of another kind than a leaf has.</summary>
    internal RuleViolationException Unfit(ParameterLeaf leaf) => new(
        $"the {leaf.Place.Words} must have the parameters of its kind", $"{GetType().Name} for a {leaf.GetType().Name}", "pass what the plan asks for");

    /// <summary>The complaint of one who does not know the kind.</summary>
    internal RuleViolationException Unknown() => new(
        "parameters must be of a known kind", GetType().Name, $"use {nameof(LinearParameters)} or {nameof(LayerNormParameters)}");
}
