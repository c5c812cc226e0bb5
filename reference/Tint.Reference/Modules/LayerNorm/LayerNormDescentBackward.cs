using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.LayerNorm;

/// <summary>LayerNormBackward and LayerNormDescent side by side on the same states: tokens from the first, prefixes from the second.</summary>
/// <remarks>Source: C8, C9.</remarks>
/// <param name="configuration">The construction's shape and options.</param>
/// <param name="memorySlot">The slot that holds x̂, before that which holds x.</param>
/// <param name="hasBias">Whether the layer has β; where it has none, none comes to be.</param>
public sealed class LayerNormDescentBackward(TintConfiguration configuration, int memorySlot, bool hasBias)
{
    private readonly LayerNormBackward _backward = new(configuration, memorySlot);
    private readonly LayerNormDescent _descent = new(configuration, memorySlot, hasBias);

    /// <summary>Writes the weights of a layer with β.</summary>
    /// <param name="configuration">The construction's shape and options.</param>
    /// <param name="memorySlot">The slot that holds x̂, before that which holds x.</param>
    public LayerNormDescentBackward(TintConfiguration configuration, int memorySlot)
        : this(configuration, memorySlot, hasBias: true)
    {
    }

    /// <summary>Runs both: tokens hold the gradient at x, prefixes the updated γ and β.</summary>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Arithmetic arithmetic) =>
        states with { Prefixes = _descent.Run(states, trainMask, arithmetic).Prefixes, Tokens = _backward.Run(states, arithmetic).Tokens };

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _backward.Tensors().Select(tensor => tensor.In("backward")), .. _descent.Tensors().Select(tensor => tensor.In("descent"))];
}
