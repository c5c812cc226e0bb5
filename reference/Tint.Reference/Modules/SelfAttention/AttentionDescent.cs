using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// AttentionDescent: W_V −= η Σ m g_v xᵀ and b_V −= η Σ m g_v, a <see cref="LinearDescent"/> with x in the third memory slot. W_Q and W_K never
/// change (departure V1).
/// </summary>
/// <remarks>Source: C12, V1.</remarks>
public sealed class AttentionDescent(TintConfiguration configuration, int memorySlot)
{
    private readonly LinearDescent _linear = new(configuration, memorySlot + 2);

    /// <summary>Runs the module: prefixes hold the updated value layer.</summary>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Arithmetic arithmetic) =>
        _linear.Run(states, trainMask, arithmetic);

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() => _linear.Tensors().Select(tensor => tensor.In("linear"));
}
