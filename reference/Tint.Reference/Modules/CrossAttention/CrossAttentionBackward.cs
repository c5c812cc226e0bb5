using Tint.Reference.Configuration;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.CrossAttention;

/// <summary>
/// CrossAttentionBackward: every token's output gradient g becomes the gradient at the values of the other sequence, g_v[i] = Σ_j a_ji g[j] over all tokens j, in slot
/// 0 of the other sequence's tokens.
/// </summary>
/// <remarks>
/// The path through the scores is dropped (departure V1), and with it all that would come back to the queries: the tokens' slot 0 is emptied. There is no train mask,
/// since a token of the other sequence is no token of this one. In the forward pass this was: out = a·V.
/// Source: C36, V1.
/// </remarks>
public sealed class CrossAttentionBackward
{
    private readonly AttentionWeights _attention;
    private readonly SoftmaxAttention _layer;
    private readonly Gate _gate;
    private readonly FormTables _tables;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first of the three slots, as in the forward pass.</param>
    /// <param name="form">What the attention is; null for heads and scores as published.</param>
    public CrossAttentionBackward(TintConfiguration configuration, int memorySlot, AttentionForm? form = null)
    {
        form ??= AttentionForm.Published;
        form.Check(configuration);
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 3);
        _attention = SoftmaxHeads.Write(configuration, form, querySlot: memorySlot, keySlot: memorySlot + 1, valueSlot: 0, back: true);
        _layer = new SoftmaxAttention(_attention, configuration, form);
        _tables = new FormTables(configuration, form);
        _gate = Gate.ReplaceTokens(configuration);
    }

    /// <summary>Runs the module: the other sequence's slot 0 becomes g_v, [S × D_aux], the tokens' is emptied; memory is carried on.</summary>
    /// <param name="states">Tokens with g and their memory.</param>
    /// <param name="others">The other sequence's tokens with their memory.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public (HiddenStates States, Slots Others) Run(HiddenStates states, Slots others, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var gradient = _layer.Backward(states.Tokens, new double[states.Tokens.RowCount], iclMask: null, arithmetic, others);
        Slots Carried(Slots result, Slots old) =>
            Enumerable.Range(_memory, 3).Aggregate(result, (slots, slot) => slots.With(slot, arithmetic.Add(slots[slot], old[slot])));
        var tokens = Carried(Slots.Zero(states.Tokens.RowCount, states.Tokens.Width, states.Tokens.Count), states.Tokens);
        return (
            _gate.Apply(states, states with { Tokens = tokens }, arithmetic),
            _gate.Apply(states with { Tokens = others }, states with { Tokens = Carried(gradient, others) }, arithmetic).Tokens);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _gate.Tensors("attnt_gates"), .. _attention.Tensors("attnt_module"), .. _tables.Tensors("attnt_module")];
}
