using Tint.Reference.Auxiliary;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>A normalisation's forward pass with rounding, and its backward pass.</summary>
/// <param name="Parameters">γ and β; γ is a diagonal, as checkpoints have it.</param>
/// <param name="Normalised">x̂, [T × D].</param>
/// <param name="Inverse">1/√(var + eps) in every entry, [T × D].</param>
/// <param name="Output">γ∘x̂ + β, [T × D].</param>
internal sealed record TrackedNorm(LayerNormParameters Parameters, Tracked Normalised, Tracked Inverse, Tracked Output)
{
    public static TrackedNorm Forward(
        Arithmetic arithmetic, TrackedOperations operations, LayerNormParameters parameters, double epsilon, Tracked x)
    {
        var normalised = arithmetic.GatedNormalise(x, TrackedScalar.Exact(1), epsilon);
        var scaled = operations.Hadamard(normalised, TrackedOperations.Repeated(parameters.Weight, x.RowCount));
        var output = arithmetic.Add(scaled, TrackedOperations.Repeated(parameters.Bias, x.RowCount))!;
        return new TrackedNorm(parameters, normalised, operations.InverseDeviation(x, epsilon), output);
    }

    /// <summary>∂x = (u − mean(u) − x̂·mean(u∘x̂))/s with u = γ∘g; ∂γ = Σ g∘x̂ and ∂β = Σ g, [D × 1].</summary>
    public (Tracked Input, Tracked Weight, Tracked Bias) Backward(TrackedOperations operations, Tracked g)
    {
        // forward: y = γ∘x̂ + β, x̂ = (x − μ)/s
        var u = operations.Hadamard(g, TrackedOperations.Repeated(Parameters.Weight, g.RowCount));
        var along = operations.Hadamard(Normalised, operations.RowMeans(operations.Hadamard(u, Normalised)));
        var centred = operations.Subtract(operations.Subtract(u, operations.RowMeans(u)), along);
        return (
            operations.Hadamard(Inverse, centred),
            operations.ColumnSums(operations.Hadamard(g, Normalised)),
            operations.ColumnSums(g));
    }
}
