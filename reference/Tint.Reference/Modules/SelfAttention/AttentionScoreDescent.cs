using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// AttentionScoreBackward, then backward and descent of the query and the key layer, each with its weights loaded: W_Qᵀ∂q and W_Kᵀ∂k, which the caller adds to W_Vᵀg_v, and
/// W_Q − η Σ m ∂q xᵀ, W_K − η Σ m ∂k xᵀ with their biases.
/// </summary>
/// <remarks>Source: C38.</remarks>
public sealed class AttentionScoreDescent
{
    private readonly AttentionScoreBackward _backward;
    private readonly LinearDescentBackward _query;
    private readonly LinearDescentBackward _key;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape, N, the stencil and η.</param>
    /// <param name="memorySlot">The first of the three slots that hold Qx, Kx and x.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    /// <param name="query">How the query layer descends; null for weights and bias with the configured η.</param>
    /// <param name="key">How the key layer descends.</param>
    /// <exception cref="RuleViolationException">A rule is broken.</exception>
    public AttentionScoreDescent(
        TintConfiguration configuration, int memorySlot, AttentionForm? form = null, DescentOptions? query = null, DescentOptions? key = null)
    {
        _backward = new AttentionScoreBackward(configuration, memorySlot, form);
        _query = new LinearDescentBackward(configuration, memorySlot + 2, query);
        _key = new LinearDescentBackward(configuration, memorySlot + 2, key);
    }

    /// <summary>Runs the modules: tokens' slot 0 holds W_Qᵀ∂q, or W_Kᵀ∂k, and prefixes the updated layer.</summary>
    /// <param name="states">Prefixes with the value layer as it was in the forward pass, tokens with g and memory.</param>
    /// <param name="queryPrefixes">Prefixes with the query layer.</param>
    /// <param name="keyPrefixes">Prefixes with the key layer.</param>
    /// <param name="trainMask">m, [T] of 0 and 1, for the descents; the score path itself masks nothing.</param>
    /// <param name="iclMask">As in the forward pass.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public (HiddenStates Query, HiddenStates Key) Run(
        HiddenStates states,
        Slots queryPrefixes,
        Slots keyPrefixes,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask,
        Arithmetic arithmetic)
    {
        var gradients = _backward.Run(states, iclMask, arithmetic).Tokens;
        var atKeys = gradients[1];
        return (
            _query.Run(states with { Prefixes = queryPrefixes, Tokens = gradients.With(1, null) }, trainMask, arithmetic),
            _key.Run(states with { Prefixes = keyPrefixes, Tokens = gradients.With(0, atKeys).With(1, null) }, trainMask, arithmetic));
    }

    /// <summary>The same across sequences: what is of queries stands at the tokens, what is of keys at the other sequence's, all of which count.</summary>
    /// <param name="states">Prefixes with the value layer as it was in the forward pass, tokens with g, Qx and x.</param>
    /// <param name="others">The other sequence's tokens with Ke and e.</param>
    /// <param name="queryPrefixes">Prefixes with the query layer.</param>
    /// <param name="keyPrefixes">Prefixes with the key layer.</param>
    /// <param name="trainMask">m, [T] of 0 and 1, for the query layer's descent.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public (HiddenStates Query, HiddenStates Key) RunAcross(
        HiddenStates states, Slots others, Slots queryPrefixes, Slots keyPrefixes, IReadOnlyList<double> trainMask, Arithmetic arithmetic)
    {
        var (asked, answered) = _backward.RunAcross(states, others, arithmetic);
        double[] all = [.. Enumerable.Repeat(1.0, answered.RowCount)];
        return (
            _query.Run(asked with { Prefixes = queryPrefixes }, trainMask, arithmetic),
            _key.Run(asked with { Prefixes = keyPrefixes, Tokens = answered.With(0, answered[1]).With(1, null) }, all, arithmetic));
    }

    /// <summary>The weights as a transformer holds them; one linear module serves queries and keys, as one does in the forward pass.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _backward.Tensors().Select(tensor => tensor.In("score_back")), .. _query.Tensors().Select(tensor => tensor.In("linearback_descent"))];
}
