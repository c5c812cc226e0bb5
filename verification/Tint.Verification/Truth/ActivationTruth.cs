using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Exact;
using Tint.Verification.Simulating;

namespace Tint.Verification.Truth;

/// <summary>Activation modules: forward exact but for a gate, backward a finite difference.</summary>
internal static class ActivationTruth
{
    /// <summary>Roundings of σ′, relative to 1 + |z| (certificates.md, section 6).</summary>
    private const double DerivativeRoundings = 8;

    public static IEnumerable<CertificateCheck> Forward(TruthInputs inputs) =>
        [inputs.Gated(SimulatedModule.Signal, "σ(z)", ExactActivation.Forward(inputs.View.Configuration.Auxiliary.Activation, inputs.View.Signal))];

    public static IEnumerable<CertificateCheck> Backward(TruthInputs inputs)
    {
        var view = inputs.View;
        var kind = view.Configuration.Auxiliary.Activation;
        var (z, g, scale) = (view.Memory(0), view.Signal, view.Configuration.FiniteDifferenceScale);
        var exact = z.Map2(
            (at, gradient) => DerivativeRoundings * FloatingPoint.Binary64.UnitRoundoff * (1 + Math.Abs(at)) * Math.Abs(gradient),
            g,
            Zeros.Include);
        return
        [
            inputs.Check(
                SimulatedModule.Signal,
                "gradient at z",
                Covers.Truncation,
                ExactActivation.Backward(kind, z, g),
                RowNorms.Of(ActivationCertificate.Bound(kind, z, g, scale, view.Configuration.Stencil)),
                exact),
        ];
    }
}
