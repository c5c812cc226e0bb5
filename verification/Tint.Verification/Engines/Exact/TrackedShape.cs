using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Families;

namespace Tint.Verification.Engines.Exact;

/// <summary>What a model is to who follows its rounding: its plan, and what its parameters are called.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Blocks">The names of its blocks, as "layers.0", in the order of the forward pass.</param>
/// <param name="Epsilon">eps of the normalisations.</param>
/// <param name="FrontPositions">Rows of the position table in front of that of token 0.</param>
/// <param name="PaddingToken">The token whose row of the embedding gets no gradient where it is read; null for none.</param>
internal sealed record TrackedShape(ModelPlan Plan, IReadOnlyList<string> Blocks, double Epsilon, int FrontPositions, int? PaddingToken)
{
    /// <summary>A model of a family, in a TinT or not.</summary>
    public static TrackedShape Of(FamilyConfiguration model) =>
        new(model.Plan(), [.. model.Blocks().Select(static block => block.Name)], model.Epsilon, model.FrontPositions, model.PaddingToken);

    /// <summary>A model of the published code.</summary>
    public static TrackedShape Of(AuxiliaryConfiguration auxiliary) => new(
        ModelPlan.Of(auxiliary), [.. Enumerable.Range(0, auxiliary.LayerCount).Select(index => $"layers.{index}")], auxiliary.LayerNormEpsilon, FrontPositions: 0, PaddingToken: null);
}
