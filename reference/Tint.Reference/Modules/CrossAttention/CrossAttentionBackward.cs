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
    private readonly AttentionLayers _layers;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first of the three slots, as in the forward pass.</param>
    /// <param name="form">What the attention is; null for heads and scores as published.</param>
    public CrossAttentionBackward(TintConfiguration configuration, int memorySlot, AttentionForm? form = null) =>
        _layers = new AttentionLayers(configuration, memorySlot, form, back: true);

    /// <summary>Runs the module: the other sequence's slot 0 becomes g_v, [S × D_aux], the tokens' is emptied; memory is carried on.</summary>
    /// <param name="states">Tokens with g and their memory.</param>
    /// <param name="others">The other sequence's tokens with their memory.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public (HiddenStates States, Slots Others) Run(HiddenStates states, Slots others, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var gradient = _layers.Softmax.Backward(states.Tokens, new double[states.Tokens.RowCount], iclMask: null, arithmetic, others);
        var tokens = _layers.Carried(Slots.Zero(states.Tokens.RowCount, states.Tokens.Width, states.Tokens.Count), states.Tokens, arithmetic);
        return (
            _layers.Gate.Apply(states, states with { Tokens = tokens }, arithmetic),
            _layers.Gate.Apply(states with { Tokens = others }, states with { Tokens = _layers.Carried(gradient, others, arithmetic) }, arithmetic).Tokens);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        _layers.Tensors("attnt_gates");
}
