using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.RmsNorm;

/// <summary>RmsNormBackward and RmsNormDescent side by side on the same states: tokens from the first, prefixes from the second.</summary>
/// <remarks>Source: C28.</remarks>
/// <param name="configuration">The construction's shape and options.</param>
/// <param name="memorySlot">The slot that holds x̂, from 2 on; x is in the one behind it.</param>
public sealed class RmsNormDescentBackward(TintConfiguration configuration, int memorySlot)
{
    private readonly RmsNormBackward _backward = new(configuration, memorySlot);
    private readonly RmsNormDescent _descent = new(configuration, memorySlot);

    /// <summary>Runs both: tokens hold the gradient at x, prefixes the updated γ.</summary>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Arithmetic arithmetic) =>
        states with { Prefixes = _descent.Run(states, trainMask, arithmetic).Prefixes, Tokens = _backward.Run(states, arithmetic).Tokens };

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _backward.Tensors().Select(tensor => tensor.In("backward")), .. _descent.Tensors().Select(tensor => tensor.In("descent"))];
}
