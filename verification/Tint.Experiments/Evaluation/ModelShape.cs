using Tint.Reference.Families;

namespace Tint.Experiments.Evaluation;

/// <summary>The sizes of a model of any family, as its parameters tell them.</summary>
/// <param name="Layers">L; of an encoder–decoder both together.</param>
/// <param name="Width">D.</param>
/// <param name="Heads">At most as many heads.</param>
internal sealed record ModelShape(int Layers, int Width, int Heads)
{
    private const int NarrowestHead = 32;

    /// <summary>The sizes.</summary>
    public static ModelShape Of(FamilyConfiguration model)
    {
        var tensors = model.Tensors();
        var width = tensors.Where(static tensor => tensor.Shape.Count == 2).Max(static tensor => Math.Min(tensor.Shape[0], tensor.Shape[1]));
        var layers = tensors.SelectMany(static tensor => tensor.Places).Count(static place => place.EndsWith("attention.output.weight", StringComparison.Ordinal));
        return new ModelShape(Math.Max(1, layers), width, Math.Max(4, width / NarrowestHead));
    }
}
