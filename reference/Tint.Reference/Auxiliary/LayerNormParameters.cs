using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Auxiliary;

/// <summary>A normalisation layer y = γ∘x̂ + β of the auxiliary model, x̂ = (x − μ)/√(var + eps).</summary>
/// <param name="Weight">γ, [D_aux].</param>
/// <param name="Bias">β, [D_aux].</param>
public sealed record LayerNormParameters(Vector<double> Weight, Vector<double> Bias)
{
    /// <summary>
    /// The dense map [D_aux × D_aux] that a descent with departure V5 has put in γ's place, y = Dense·x̂ + β; null while the layer is
    /// diagonal. Its diagonal is <see cref="Weight"/>.
    /// </summary>
    public Matrix<double>? Dense { get; init; }
}
