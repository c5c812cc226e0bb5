using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// AttentionBackward: every token's output gradient g becomes the gradient at its value, g_v[i] = Σ_j a_ji g[j] over j with i ≥ j or m_j = 1.
/// </summary>
/// <remarks>
/// Queries and keys come from memory, so the attention weights a are those of the forward pass; they are transposed after the softmax and multiply the
/// gradients that slot 0 holds. The path through the scores is dropped (departure V1). In the forward pass this was: out = a·V.
/// Where query heads share values, their gradients add up at the serving head; where tokens see later ones, every gradient goes back.
/// Source: C11, C21, C31, C35, V1.
/// </remarks>
public sealed class AttentionBackward
{
    private readonly AttentionLayers _layers;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first of the three slots that hold Qx, Kx and x.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    public AttentionBackward(TintConfiguration configuration, int memorySlot, AttentionForm? form = null) =>
        _layers = new AttentionLayers(configuration, memorySlot, form, back: true);

    /// <summary>Runs the module: tokens' slot 0 becomes g_v, [T × D_aux]; memory is carried on.</summary>
    /// <param name="states">Tokens with g and memory.</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <param name="iclMask">[T × T] of 0 and 1, as in the forward pass; null for all earlier tokens.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public HiddenStates Run(HiddenStates states, IReadOnlyList<double> trainMask, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        Require.Mask(trainMask, states.Tokens.RowCount, "train_mask");
        AttentionForward.RequireIclMask(iclMask, states);
        var output = _layers.Softmax.Backward(states.Tokens, trainMask, iclMask, arithmetic);
        return _layers.Gate.Apply(states, states with { Tokens = _layers.Carried(output, states.Tokens, arithmetic) }, arithmetic);
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        _layers.Tensors("attnt_gates");
}
