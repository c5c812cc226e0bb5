using Tint.Properties.Generators;
using Tint.Properties.Implementations;

namespace Tint.Properties.Laws;

/// <summary>The laws of finite differences once more, with the central stencil.</summary>
internal static class StencilLaws
{
    public static IEnumerable<Law> All { get; } =
    [
        new(
            "L78",
            "central-difference",
            "With the central stencil, LayerNorm's backward computes ρ(N/2)(S(ρx + u/N) − S(ρx − u/N)) and activation's (N/2)(σ(z + g/N) − σ(z − g/N)).",
            ["C37", "C8", "C14"],
            "LayerNormBackward",
            (tint, item, judge) => Apply(AgreementLaws.All, tint, item.Central(), judge, "L05", "L11")),
        new(
            "L79",
            "central-certificate",
            "With the central stencil, the backward of LayerNorm and activation lies within truncation of second order, gate leak and rounding of the exact one.",
            ["C37", "C8", "C14", "V3"],
            "LayerNormBackward",
            (tint, item, judge) => Apply(TruthLaws.All, tint, item.Central(), judge, "L16", "L17", "L18")),
        new(
            "L80",
            "central-u-curve",
            "The error of a central difference against N stays below the certificate, is at most the predicted minimum at the predicted N*, and is larger at N*/1000 and at 1000 N*.",
            ["C37", "C14"],
            "ActivationBackward",
            (tint, item, judge) => Apply(TruthLaws.All, tint, item.Central(), judge, "L23")),
        new(
            "L81",
            "central-model",
            "With the central stencil, a whole model gives the construction's and the simulation's numbers, and its gradient lies within the composed certificate of the true one.",
            ["C37", "C24"],
            "TinT",
            (tint, item, judge) =>
            {
                Apply(AgreementLaws.All, tint, item.Central(), judge, "L13");
                Apply(GradientLaws.All, tint, item.Central(), judge, "L74");
            }),
    ];

    private static void Apply(IEnumerable<Law> laws, ITint tint, LawCase item, Judge judge, params string[] labels)
    {
        foreach (var law in laws.Where(law => labels.Contains(law.Label)))
        {
            law.Apply(tint, item, judge);
        }
    }
}
