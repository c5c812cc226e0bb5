using Tint.Reference.Configuration;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.RmsNorm;

/// <summary>
/// RmsNormBackward: every token's output gradient g becomes N(f(x + u/N) − x̂), u = γ∘g and f(x) = x/√(mean x² + eps), whose derivative is symmetric as
/// that of LayerNorm's f is. With the central stencil it becomes (N/2)(f(x + u/N) − f(x − u/N)).
/// </summary>
/// <remarks>
/// It is a <see cref="LayerNormBackward"/> whose normalisation sees the signal beside its mirror image. In the forward pass this was: divide by the root of
/// the mean square, then multiply by γ.
/// Source: C28, C37, V3.
/// </remarks>
/// <param name="configuration">The construction's shape.</param>
/// <param name="memorySlot">The slot that holds x̂, from 2 on; x is in the one behind it.</param>
public sealed class RmsNormBackward(TintConfiguration configuration, int memorySlot)
{
    private readonly LayerNormBackward _norm = new(configuration, memorySlot, SlotNormalisation.Mirrored(configuration));

    /// <summary>Runs the module: tokens' slot 0 becomes the gradient at x, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic) => _norm.Run(states, arithmetic);

    /// <summary>The weights as a transformer holds them, under the names of a LayerNorm's, with <c>mirror_fc</c> and <c>drop_fc</c>.</summary>
    public IEnumerable<WeightTensor> Tensors() => _norm.Tensors();
}
