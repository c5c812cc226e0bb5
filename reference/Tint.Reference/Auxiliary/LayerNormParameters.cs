using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>A normalisation layer y = γ∘x̂ + β of the auxiliary model, x̂ = (x − μ)/√(var + eps).</summary>
/// <param name="Weight">γ, [D_aux].</param>
/// <param name="Bias">β, [D_aux].</param>
public sealed record LayerNormParameters(Vector<double> Weight, Vector<double> Bias) : ParameterGroup
{
    /// <summary>γ, [D_aux].</summary>
    public Vector<double> Weight { get; init => field = Require.Present(value, "the weight of a normalisation"); } =
        Require.Present(Weight, "the weight of a normalisation");

    /// <summary>β, [D_aux].</summary>
    public Vector<double> Bias { get; init => field = Require.Present(value, "the bias of a normalisation"); } =
        Require.Present(Bias, "the bias of a normalisation");

    /// <summary>
    /// The dense map [D_aux × D_aux] that a descent with departure V5 has put in γ's place, y = Dense·x̂ + β; null while the layer is
    /// diagonal. Its diagonal is <see cref="Weight"/>.
    /// </summary>
    public Matrix<double>? Dense { get; init; }
}
