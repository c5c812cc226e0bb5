using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Verification.Truth;

/// <summary>Every module against the auxiliary model's exact one at the case's inputs, with the certificate that covers the difference.</summary>
internal static class ModuleTruth
{
    public static IEnumerable<CertificateCheck> Check(string module, TruthInputs inputs) => module switch
    {
        "LinearForward" => LinearTruth.Forward(inputs),
        "LinearBackward" => LinearTruth.Backward(inputs),
        "LinearDescent" => LinearTruth.Descent(inputs),
        "LinearDescentBackward" => LinearTruth.Backward(inputs).Concat(LinearTruth.Descent(inputs)),
        "LayerNormForward" => LayerNormTruth.Forward(inputs),
        "LayerNormBackward" => LayerNormTruth.Backward(inputs),
        "LayerNormDescent" => LayerNormTruth.Descent(inputs),
        "LayerNormDescentBackward" => LayerNormTruth.Backward(inputs).Concat(LayerNormTruth.Descent(inputs)),
        "AttentionForward" => AttentionTruth.Forward(inputs),
        "AttentionBackward" => AttentionTruth.Backward(inputs),
        "AttentionDescent" => AttentionTruth.Descent(inputs),
        "AttentionBackwardDescent" => AttentionTruth.BackwardDescent(inputs),
        "ActivationForward" => ActivationTruth.Forward(inputs),
        "ActivationBackward" => ActivationTruth.Backward(inputs),
        _ => throw new RuleViolationException("the module must be known", module, $"use one of {string.Join(", ", FixtureModules.All)}"),
    };
}
