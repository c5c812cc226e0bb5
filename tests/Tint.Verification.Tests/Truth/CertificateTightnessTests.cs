using System.Collections.Concurrent;
using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;
using Tint.Verification.Truth;

namespace Tint.Verification.Tests.Truth;

/// <summary>
/// A certificate that is far too large lets every fault pass. Of each quantity, a shipped case must come within a stated factor of the certificate
/// plus the room for rounding: at most 1, which every case is asked, and at least the share given here.
/// </summary>
public class CertificateTightnessTests
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<CertificateCheck>> Certificates = new();

    /// <summary>
    /// Case, quantity, and the least error/bound of all its sequences and layers. Shares of 0.9 and more are identities or leading terms; the smaller
    /// ones are norms that point another way at each step of a chain, or, with exact gates, rounding bounds of sums that hardly round.
    /// </summary>
    public static TheoryData<string, string, double> Shares => new()
    {
        { "LinearForward.a", "W x + b", 0.99 },
        { "LinearBackward.a", "gradient at x", 0.99 },
        { "LinearDescent.a", "updated weight", 0.99 },
        { "LinearDescent.a", "updated bias", 0.99 },
        { "LayerNormForward.b.relu", "γ∘x̂ + β", 0.5 },
        { "LayerNormForward.a.exact_gates", "γ∘x̂ + β", 0.004 },
        { "LayerNormBackward.a.exact_gates", "gradient at x", 0.9 },
        { "LayerNormDescent.a", "updated weight", 0.99 },
        { "LayerNormDescent.a", "updated bias", 0.99 },
        { "AttentionForward.a", "attention", 0.005 },
        { "AttentionBackward.a.exact_gates", "gradient of the values", 0.99 },
        { "AttentionDescent.a", "updated weight", 0.99 },
        { "AttentionDescent.a", "updated bias", 0.99 },
        { "AttentionBackwardDescent.c.gelu", "gradient at x", 0.1 },
        { "AttentionBackwardDescent.c.gelu", "gradient at x, score path and mask added", 0.99 },
        { "AttentionBackwardDescent.a.exact_gates", "updated weight", 0.3 },
        { "AttentionBackwardDescent.a", "updated bias", 0.5 },
        { "ActivationForward.b.relu", "σ(z)", 0.99 },
        { "ActivationForward.a.exact_gates", "σ(z)", 0.05 },
        { "ActivationBackward.c.gelu", "gradient at z", 0.99 },
        { "TinT.opt.train_on_all", "final norm bias", 0.9 },
        { "TinT.opt.train_on_all", "mlp.outer.weight", 0.5 },
        { "TinT.opt.train_on_all", "mlp.outer.bias", 0.9 },
        { "TinT.opt.train_on_all", "mlp.inner.weight", 0.2 },
        { "TinT.opt.train_on_all", "mlp.inner.bias", 0.2 },
        { "TinT.gpt2.train_on_all", "mlp.norm.bias", 0.1 },
        { "TinT.gpt2.train_on_all", "attention.output.weight", 0.1 },
        { "TinT.gpt2.train_on_all", "attention.output.bias", 0.1 },
        { "TinT.opt.train_on_all", "attention.value.weight", 0.03 },
        { "TinT.opt.train_on_all", "attention.value.bias", 0.03 },
        { "TinT.gpt2.separate_blocks", "attention.norm.bias", 0.02 },
        { "TinT.opt.icl_mask", "gradient at input", 0.04 },
    };

    [Theory]
    [MemberData(nameof(Shares))]
    public void A_case_comes_within_the_stated_factor_of_its_certificate(string id, string quantity, double share)
    {
        var checks = Certificates.GetOrAdd(id, Run)
            .Where(check => check.Quantity == quantity || check.Quantity.EndsWith($" {quantity}", StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(checks);
        Assert.InRange(checks.Max(check => check.Ratio), share, 1);
    }

    private static IReadOnlyList<CertificateCheck> Run(string id) =>
        CaseRunner.Run(Shipped.Case(id), [new ConstructionEngine()], compare: true).Comparison!.Certificates;
}
