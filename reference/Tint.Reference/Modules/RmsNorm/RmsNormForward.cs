using Tint.Reference.Configuration;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.RmsNorm;

/// <summary>
/// RmsNormForward: every token's x becomes γ∘x̂, x̂ = x/√(mean x² + eps), with diag γ in the prefixes and no bias; x̂ and x go to memory.
/// </summary>
/// <remarks>
/// It is a <see cref="LayerNormForward"/> whose normalisation sees the signal beside its mirror image (<see cref="SlotNormalisation"/>).
/// Source: C28.
/// </remarks>
/// <param name="configuration">The construction's shape.</param>
/// <param name="memorySlot">The slot that keeps x̂, from 2 on; x goes to the one behind it.</param>
public sealed class RmsNormForward(TintConfiguration configuration, int memorySlot)
{
    private readonly LayerNormForward _norm = new(configuration, memorySlot, SlotNormalisation.Mirrored(configuration));

    /// <summary>Runs the module: tokens' slot 0 becomes γ∘x̂, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic) => _norm.Run(states, arithmetic);

    /// <summary>The weights as a transformer holds them, under the names of a LayerNorm's, with <c>mirror_fc</c> and <c>drop_fc</c>.</summary>
    public IEnumerable<WeightTensor> Tensors() => _norm.Tensors();
}
