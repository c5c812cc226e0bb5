using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Auxiliary;

namespace Tint.Proofs.Claims;

/// <summary>One tensor that a side of a claim comes to.</summary>
/// <param name="Name">Its name, as in "output" or "layers.0.mlp.inner.weight".</param>
/// <param name="Value">The tensor.</param>
internal sealed record Part(string Name, Matrix<double> Value)
{
    /// <summary>A vector, as a row.</summary>
    public static Part Of(string name, Vector<double> value) => new(name, value.ToRowMatrix());

    /// <summary>A layer's weight and bias.</summary>
    public static IEnumerable<Part> Of(string name, LinearParameters layer) =>
        [new($"{name}.weight", layer.Weight), Of($"{name}.bias", layer.Bias)];

    /// <summary>A normalisation's Γ and β; a diagonal Γ is written out.</summary>
    public static IEnumerable<Part> Of(string name, LayerNormParameters layer) =>
        [new($"{name}.weight", layer.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(layer.Weight)), Of($"{name}.bias", layer.Bias)];

    /// <summary>A block's parameters.</summary>
    public static IEnumerable<Part> Of(string name, AuxiliaryLayer layer) => layer.Parameters.Items.SelectMany(item => item.Value switch
    {
        LinearParameters linear => Of($"{name}.{item.Place.Name}", linear),
        LayerNormParameters norm => Of($"{name}.{item.Place.Name}", norm),
        _ => throw new RuleViolationException("parameters must be of a known kind", item.Value.GetType().Name, "teach proofs to compare them"),
    });
}
