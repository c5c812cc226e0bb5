using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Linear;

/// <summary>LinearBackward and LinearDescent side by side on the same states: tokens from the first, prefixes from the second.</summary>
/// <remarks>
/// The backward half reads W before the descent changes it, as backpropagation does.
/// Source: C5, C6.
/// </remarks>
public sealed class LinearDescentBackward(TintConfiguration configuration, int memorySlot, DescentOptions? options = null)
{
    private readonly LinearBackward _backward = new(configuration, memorySlot);
    private readonly LinearDescent _descent = new(configuration, memorySlot, options);

    /// <summary>Runs both: tokens hold Wᵀ g, prefixes the updated W and b.</summary>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Arithmetic arithmetic) =>
        states with { Prefixes = _descent.Run(states, trainMask, arithmetic).Prefixes, Tokens = _backward.Run(states, arithmetic).Tokens };

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _backward.Tensors().Select(tensor => tensor.In("backward")), .. _descent.Tensors().Select(tensor => tensor.In("descent"))];
}
