using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <summary>One weight tensor of a module as a transformer holds it: its name and shape, and its values when asked for.</summary>
/// <remarks>Source: C27.</remarks>
/// <param name="Name">The name, as in the fixtures.</param>
/// <param name="Shape">The sizes of the axes.</param>
/// <param name="Materialise">Writes the dense values.</param>
public sealed record WeightTensor(string Name, IReadOnlyList<int> Shape, Func<Tensor> Materialise)
{
    /// <summary>False where the weights that follow multiply this tensor by zero, so that its values never matter.</summary>
    public bool IsRead { get; init; } = true;

    /// <summary>The number of parameters.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>The same tensor as part of a larger module.</summary>
    public WeightTensor In(string module) => this with { Name = $"{module}.{Name}" };

    /// <summary>A tensor of zeros: the biases, which the construction never uses.</summary>
    public static WeightTensor Zeros(string name, params int[] shape) =>
        new(name, shape, () => new Tensor(shape, new double[Sizes.Entries(name, "use a smaller shape", [.. shape])]));
}
