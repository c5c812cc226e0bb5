using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Exact;
using Tint.Reference.Families;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Verification.Engines.Exact;
using Tint.Verification.Simulating;

namespace Tint.Verification.Truth;

/// <summary>LayerNorm modules: forward and descent exact but for gates, backward a finite difference, which from x on multiplies the leak by N.</summary>
internal static class LayerNormTruth
{
    /// <remarks>
    /// The module gives ρ³Γz + ρ²β with z = ρn + λx, n = r′x̂ and 1 ≤ r′ ≤ ρ^{−1/2} (certificates.md, section 4). Against Γx̂ + β that is
    /// Γ(ρ⁴r′ − 1)x̂ + ρ³λΓx + (ρ² − 1)β, so at most 4λ‖Γx̂‖ + λ‖Γx‖ + 2λ‖β‖.
    /// </remarks>
    public static IEnumerable<CertificateCheck> Forward(TruthInputs inputs)
    {
        var view = inputs.View;
        var (norm, x) = (view.Norm, view.Signal);
        var exact = ExactLayerNorm.Forward(norm, view.Configuration.Auxiliary.LayerNormEpsilon, x);
        var unbiased = norm with { Bias = Vector<double>.Build.Dense(view.Width) };
        var scaled = ExactLayerNorm.Forward(unbiased, view.Configuration.Auxiliary.LayerNormEpsilon, x).Output;
        var map = norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight);
        var certificate = RowNorms.Of(scaled).Map(size => inputs.Leak.Scaling(size, 4))
            + RowNorms.Of(x.TransposeAndMultiply(map)).Map(size => inputs.Leak.Scaling(size, 1))
            + inputs.Leak.Scaling(RowNorms.Upper(norm.Bias), 2);
        return [inputs.Check(SimulatedModule.Signal, "γ∘x̂ + β", Covers.GateLeak, exact.Output, certificate)];
    }

    public static IEnumerable<CertificateCheck> Backward(TruthInputs inputs)
    {
        var view = inputs.View;
        var (norm, memory, g) = (view.Norm, view.NormMemory, view.Signal);
        var (scale, epsilon) = (view.Configuration.FiniteDifferenceScale, view.Configuration.Auxiliary.LayerNormEpsilon);
        var truth = ExactLayerNorm.Backward(norm, ExactLayerNorm.Forward(norm, epsilon, memory.Input), g).Input;
        var u = norm.Dense is { } dense ? g.Multiply(dense) : g.MapIndexed((_, column, value) => value * norm.Weight.At(column), Zeros.Include);
        var stencil = view.Configuration.Stencil;
        var certificate = LayerNormCertificate.Bound(memory.Input, u, scale, epsilon, stencil) + Vector<double>.Build.Dense(g.RowCount, t =>
        {
            var (x, stored) = (memory.Input.Row(t), memory.Normalized.Row(t));
            if (!stencil.StartsAtPoint)
            {
                return inputs.Leak.LayerNormBackwardBound(x, u.Row(t), scale, epsilon, stencil);
            }

            var deviation = RowNorms.Upper(stored - inputs.Leak.StoredNormalised(x, epsilon));
            return inputs.Leak.LayerNormBackwardBound(x, u.Row(t), scale, epsilon, deviation);
        });
        return
        [
            inputs.Check(
                SimulatedModule.Signal, "gradient at x", Covers.TruncationAndLeak, truth, certificate, ExactRounding(view, memory.Input, g)),
        ];
    }

    /// <summary>β − η Σ m g, and γ: unchanged where biases alone are trained, otherwise γ − η Σ m g∘x̂ on the diagonal of what the descent writes (V5).</summary>
    public static IEnumerable<CertificateCheck> Descent(TruthInputs inputs)
    {
        var view = inputs.View;
        var norm = view.Norm;
        var map = norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight);
        var step = LinearTruth.Step(new(map, norm.Bias), view.Signal, view.Memory(0), view);
        return inputs.Updated(view.Configuration.LayerNormBiasOnly ? map : step.Weight, step.Bias);
    }

    private static Matrix<double> ExactRounding(ModuleView view, Matrix<double> x, Matrix<double> g)
    {
        var rounding = new WorstCaseRounding(RoundingModel.DoubleRoundoff);
        var arithmetic = Arithmetic.Tracking(rounding);
        var parameters = new ParameterSet();
        parameters.Set("norm.weight", view.Norm.Weight.ToRowMatrix());
        parameters.Set("norm.bias", view.Norm.Bias.ToRowMatrix());
        var pass = new TrackedPass(
            arithmetic, new TrackedOperations(arithmetic, rounding), TrackedParameters.Exact(parameters), view.Configuration.Auxiliary.LayerNormEpsilon);
        return new TrackedNorm(pass, "norm", isCentred: true, new Tracked(x)).Backward(new Tracked(g)).Error!;
    }
}
