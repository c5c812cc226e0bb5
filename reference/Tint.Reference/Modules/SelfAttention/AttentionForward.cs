using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// AttentionForward: every token's x becomes the auxiliary model's causal softmax attention over W_Q x + b_Q, W_K x + b_K, W_V x + b_V; Qx, Kx
/// and x go to memory.
/// </summary>
/// <remarks>
/// One <see cref="LinearForward"/> runs three times, with query, key and value weights loaded into the prefixes in turn; its results are put
/// into slots 0, 1 and 2, and TinT's own softmax attention reads them there. Key and value layers of fewer heads have zero rows behind theirs.
/// Source: C10, C31, C35.
/// </remarks>
public sealed class AttentionForward
{
    private readonly LinearForward _linear;
    private readonly AttentionLayers _layers;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first of the three slots that keep Qx, Kx and x.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    public AttentionForward(TintConfiguration configuration, int memorySlot, AttentionForm? form = null) =>
        (_linear, _layers) = (new LinearForward(configuration, memorySlot: null), new AttentionLayers(configuration, memorySlot, form, back: false));

    /// <summary>Runs the module: tokens' slot 0 becomes the attention's output, [T × D_aux].</summary>
    /// <param name="states">Prefixes with the query layer, tokens with x.</param>
    /// <param name="keyPrefixes">Prefixes with the key layer.</param>
    /// <param name="valuePrefixes">Prefixes with the value layer.</param>
    /// <param name="iclMask">[T × T] of 0 and 1, the pairs that may attend; null for all earlier tokens.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public HiddenStates Run(
        HiddenStates states, Slots keyPrefixes, Slots valuePrefixes, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        RequireIclMask(iclMask, states);
        var queries = _linear.Run(states, arithmetic);
        var keys = _linear.Run(states with { Prefixes = keyPrefixes }, arithmetic).Tokens;
        var values = _linear.Run(states with { Prefixes = valuePrefixes }, arithmetic).Tokens;
        var projected = queries with { Tokens = queries.Tokens.With(1, keys[0]).With(2, values[0]) };
        var output = _layers.Softmax.Forward(projected.Tokens, iclMask, arithmetic)
            .With(_layers.Memory, projected.Tokens[0])
            .With(_layers.Memory + 1, projected.Tokens[1])
            .With(_layers.Memory + 2, states.Tokens[0]);
        return _layers.Gate.Apply(projected, projected with { Tokens = output }, arithmetic);
    }

    /// <summary>Requires a mask [T × T], if there is one.</summary>
    internal static void RequireIclMask(Matrix<double>? iclMask, HiddenStates states)
    {
        if (iclMask is not null)
        {
            Require.Shape(iclMask, states.Tokens.RowCount, states.Tokens.RowCount, "icl_mask");
        }
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _linear.Tensors().Select(tensor => tensor.In("linear")), .. _layers.Tensors("gates")];
}
