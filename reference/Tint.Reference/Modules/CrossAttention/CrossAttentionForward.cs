using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.CrossAttention;

/// <summary>
/// CrossAttentionForward: every token's x becomes the auxiliary model's softmax attention from W_Q x + b_Q over W_K e + b_K, W_V e + b_V of all tokens e of another
/// sequence. Qx and x go to the token's memory, Ke and e to that of the other sequence's tokens.
/// </summary>
/// <remarks>
/// It is <see cref="AttentionForward"/> with the tokens of the second sequence in the place of those that answer; both sequences number their tokens from 0, and no
/// token of the second is hidden from one of the first.
/// Source: C36.
/// </remarks>
public sealed class CrossAttentionForward
{
    private readonly LinearForward _linear;
    private readonly AttentionLayers _layers;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first of three slots: tokens keep Qx and x in the first and third, the other sequence's keep Ke and e in the second and third.</param>
    /// <param name="form">What the attention is; null for heads and scores as published.</param>
    public CrossAttentionForward(TintConfiguration configuration, int memorySlot, AttentionForm? form = null) =>
        (_linear, _layers) = (new LinearForward(configuration, memorySlot: null), new AttentionLayers(configuration, memorySlot, form, back: false));

    /// <summary>Runs the module: tokens' slot 0 becomes the attention's output, [T × D_aux], and that of the other sequence's is emptied.</summary>
    /// <param name="states">Prefixes with the query layer, tokens with x.</param>
    /// <param name="others">The other sequence's tokens with e, S rows.</param>
    /// <param name="keyPrefixes">Prefixes with the key layer.</param>
    /// <param name="valuePrefixes">Prefixes with the value layer.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public (HiddenStates States, Slots Others) Run(
        HiddenStates states, Slots others, Slots keyPrefixes, Slots valuePrefixes, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var queries = _linear.Run(states, arithmetic);
        var keys = _linear.Run(states with { Prefixes = keyPrefixes, Tokens = others }, arithmetic).Tokens;
        var values = _linear.Run(states with { Prefixes = valuePrefixes, Tokens = others }, arithmetic).Tokens;
        var answering = Slots.Zero(others.RowCount, others.Width, others.Count).With(1, keys[0]).With(2, values[0]);
        var output = _layers.Softmax.Forward(queries.Tokens, iclMask: null, arithmetic, answering)
            .With(_layers.Memory, queries.Tokens[0])
            .With(_layers.Memory + 2, states.Tokens[0]);
        var kept = Slots.Zero(others.RowCount, others.Width, others.Count).With(_layers.Memory + 1, keys[0]).With(_layers.Memory + 2, others[0]);
        return (
            _layers.Gate.Apply(queries, queries with { Tokens = output }, arithmetic),
            _layers.Gate.Apply(queries with { Tokens = others }, queries with { Tokens = kept }, arithmetic).Tokens);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _linear.Tensors().Select(tensor => tensor.In("linear")), .. _layers.Tensors("gates")];
}
