using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Properties.Laws;

/// <summary>One of the three descents on a case's layer, for laws that hold for all of them.</summary>
/// <param name="Name">Which.</param>
/// <param name="Before">The layer before.</param>
/// <param name="Run">The implementation's updated layer for a configuration and a train mask.</param>
/// <param name="Bound">The same of the construction, with bounds.</param>
internal sealed record Descent(
    string Name,
    BoundedLayer Before,
    Func<TintConfiguration, IReadOnlyList<double>, BoundedLayer> Run,
    Func<TintConfiguration, IReadOnlyList<double>, BoundedLayer> Bound)
{
    public static IReadOnlyList<Descent> All(ITint tint, LawCase item)
    {
        var (value, norm, gradient, icl) = (item.Layer.Value, item.Norm(), item.Gradient, item.Sequence.IclMask);
        return
        [
            new(
                "linear",
                Layer(value),
                (c, mask) => Layer(tint.LinearDescent(c, value, gradient, item.Memory[0], mask)),
                (c, mask) => new ReferenceModules(c).LinearDescent(value, gradient, item.Memory[0], mask)),
            new(
                "normalisation",
                Layer(norm),
                (c, mask) => Layer(tint.LayerNormDescent(c, norm, gradient, item.NormMemory(), mask)),
                (c, mask) => new ReferenceModules(c).LayerNormDescent(norm, gradient, item.NormMemory(), mask)),
            new(
                "attention",
                Layer(value),
                (c, mask) => Layer(tint.AttentionBackwardDescent(c, value, gradient, item.AttentionMemory(), mask, icl).Updated),
                (c, mask) => new ReferenceModules(c).AttentionBackwardDescent(value, gradient, item.AttentionMemory(), mask, icl).Updated),
        ];
    }

    private static BoundedLayer Layer(LinearParameters layer) =>
        new(Bounded.Exact(layer.Weight), Bounded.Exact(layer.Bias.ToColumnMatrix()));

    private static BoundedLayer Layer(LayerNormParameters norm) => new(
        Bounded.Exact(norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight)), Bounded.Exact(norm.Bias.ToColumnMatrix()));
}
