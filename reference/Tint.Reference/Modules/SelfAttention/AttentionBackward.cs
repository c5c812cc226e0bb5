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
    private readonly AttentionWeights _attention;
    private readonly SoftmaxAttention _layer;
    private readonly Gate _gate;
    private readonly FormTables _tables;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first of the three slots that hold Qx, Kx and x.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    public AttentionBackward(TintConfiguration configuration, int memorySlot, AttentionForm? form = null)
    {
        form ??= AttentionForm.Published;
        form.Check(configuration);
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 3);
        _attention = SoftmaxHeads.Write(configuration, form, querySlot: memorySlot, keySlot: memorySlot + 1, valueSlot: 0, back: true);
        _layer = new SoftmaxAttention(_attention, configuration, form);
        _tables = new FormTables(configuration, form);
        _gate = Gate.ReplaceTokens(configuration);
    }

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
        var output = _layer.Backward(states.Tokens, trainMask, iclMask, arithmetic);
        for (var slot = _memory; slot < _memory + 3; slot++)
        {
            output = output.With(slot, arithmetic.Add(output[slot], states.Tokens[slot]));
        }

        return _gate.Apply(states, states with { Tokens = output }, arithmetic);
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _gate.Tensors("attnt_gates"), .. _attention.Tensors("attnt_module"), .. _tables.Tensors("attnt_module")];
}
