using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.SelfAttention;

/// <summary>
/// AttentionScoreBackward: every token's output gradient g becomes the gradients at its query and its key, through the scores: ∂q_i = Nc Σ_j (ã_ij − a_ij) k_j in slot 0 and
/// ∂k_j = Nc Σ_i (ã_ij − a_ij) q_i in slot 1, where ã = softmax(s + ⟨g_i, v_j⟩/N), a = softmax(s) and s = c⟨q_i, k_j⟩. With the central stencil the difference is half of that
/// between softmax(s + ⟨g_i, v_j⟩/N) and softmax(s − ⟨g_i, v_j⟩/N).
/// </summary>
/// <remarks>
/// The derivative of softmax along c_ij = ⟨g_i, v_j⟩ is a_ij(c_ij − Σ_l a_il c_il), which is the gradient at s_ij. c_ij/N gets into the scores by augmented heads, whose query is
/// (q, g/(cN)) and whose key is (k, v): a TinT head has room for them where it is twice as wide as an auxiliary head. The values v are computed again from the x in memory, so
/// that no memory is needed for them, and take its slot. Four layers of attention follow, one for each point and direction: keys to where they were asked, queries
/// transposed to the keys. In the forward pass this was: scores, softmax.
/// Source: C38, V1.
/// </remarks>
public sealed class AttentionScoreBackward
{
    private readonly LinearForward _linear;
    private readonly IReadOnlyList<(AttentionWeights Weights, SoftmaxAttention Layer)> _toQueries;
    private readonly IReadOnlyList<(AttentionWeights Weights, SoftmaxAttention Layer)> _toKeys;
    private readonly Gate _gate;
    private readonly FormTables _tables;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape, N and the stencil.</param>
    /// <param name="memorySlot">The first of the three slots that hold Qx, Kx and x.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    /// <exception cref="RuleViolationException">A TinT head is not twice as wide as an auxiliary head, or a rule is broken.</exception>
    public AttentionScoreBackward(TintConfiguration configuration, int memorySlot, AttentionForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        form ??= AttentionForm.Published;
        var keeping = configuration with { Departures = configuration.Departures with { ScorePathDropped = false }, BackpropagateThroughAttention = true };
        form.Check(keeping);
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 3);
        _linear = new LinearForward(configuration, memorySlot: null);
        _tables = new FormTables(configuration, form);
        _gate = Gate.ReplaceTokens(configuration);

        var stencil = configuration.Stencil;
        var weight = configuration.FiniteDifferenceScale * stencil.Weight * form.Scale(configuration.Auxiliary);
        (AttentionWeights, SoftmaxAttention) Layer(double shift, double factor, bool back)
        {
            var weights = SoftmaxHeads.WriteAugmented(configuration, form, shift, factor, back);
            return (weights, new SoftmaxAttention(weights, configuration, form) { TurnsValues = true });
        }

        (_toQueries, _toKeys) = (Both(back: false), Both(back: true));

        IReadOnlyList<(AttentionWeights, SoftmaxAttention)> Both(bool back) => [Layer(1, weight, back), Layer(stencil.Behind, -weight, back)];
    }

    /// <summary>Runs the module: tokens' slot 0 becomes ∂q and slot 1 ∂k, [T × D_aux] each; x is carried on, and all other slots are emptied.</summary>
    /// <param name="states">Prefixes with the value layer as it was in the forward pass, tokens with g and memory.</param>
    /// <param name="iclMask">[T × T] of 0 and 1, as in the forward pass; null for all earlier tokens.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public HiddenStates Run(HiddenStates states, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        AttentionForward.RequireIclMask(iclMask, states);
        var (queries, keys) = Gradients(states, others: null, iclMask, arithmetic);
        return Gated(states, states.Tokens, queries, keys, arithmetic);
    }

    /// <summary>The same across sequences: ∂q stands in slot 0 of the tokens, [T × D_aux], and ∂k in slot 1 of the other sequence's, [S × D_aux].</summary>
    /// <param name="states">Prefixes with the value layer as it was in the forward pass, tokens with g, Qx and x.</param>
    /// <param name="others">The other sequence's tokens with Ke and e, all of which were seen.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public (HiddenStates States, Slots Others) RunAcross(HiddenStates states, Slots others, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var (queries, keys) = Gradients(states, others, iclMask: null, arithmetic);
        return (Gated(states, states.Tokens, queries, null, arithmetic), Gated(states, others, null, keys, arithmetic).Tokens);
    }

    private (Tracked? Queries, Tracked? Keys) Gradients(HiddenStates states, Slots? others, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        var (tokens, answering) = (states.Tokens, others ?? states.Tokens);
        var values = _linear.Run(states with { Tokens = Empty(answering).With(0, answering[_memory + 2]) }, arithmetic).Tokens[0];
        var asked = Empty(tokens).With(SoftmaxHeads.Gradient, tokens[0]).With(SoftmaxHeads.Query, tokens[_memory]);
        Slots WithKeys(Slots slots) => slots.With(SoftmaxHeads.Key, answering[_memory + 1]).With(SoftmaxHeads.Value, values);
        var answered = others is null ? null : WithKeys(Empty(others));
        asked = others is null ? WithKeys(asked) : asked;
        double[] all = [.. Enumerable.Repeat(1.0, tokens.RowCount)];
        return (
            Sum(_toQueries, 0, layer => layer.Forward(asked, iclMask, arithmetic, answered)),
            Sum(_toKeys, 1, layer => layer.Backward(asked, all, iclMask, arithmetic, answered)));

        Tracked? Sum(IReadOnlyList<(AttentionWeights Weights, SoftmaxAttention Layer)> layers, int slot, Func<SoftmaxAttention, Slots> run) =>
            layers.Select(item => run(item.Layer)[slot]).Aggregate(arithmetic.Add);
    }

    private HiddenStates Gated(HiddenStates states, Slots tokens, Tracked? queries, Tracked? keys, Arithmetic arithmetic) => _gate.Apply(
        states with { Tokens = tokens }, states with { Tokens = Empty(tokens).With(0, queries).With(1, keys).With(_memory + 2, tokens[_memory + 2]) }, arithmetic);

    private static Slots Empty(Slots tokens) => Slots.Zero(tokens.RowCount, tokens.Width, tokens.Count);

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _linear.Tensors().Select(tensor => tensor.In("linear")),
        .. _gate.Tensors("attnt_gates"),
        .. _toQueries.SelectMany((item, point) => item.Weights.Tensors($"query_module_{point}")),
        .. _toKeys.SelectMany((item, point) => item.Weights.Tensors($"key_module_{point}")),
        .. _tables.Tensors("attnt_module"),
    ];
}
