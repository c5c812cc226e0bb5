using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Losses;

namespace Tint.Verification.Benchmarks;

/// <summary>
/// The floating-point operations that the auxiliary model itself needs for one training step on one sequence: a multiplication and an addition
/// for each term of each matrix product. What is not a product (normalisation, softmax, activation, sums of biases and residuals) is left
/// out, and so is everything that the construction does beyond the auxiliary model. Over the rate of the fastest product it gives the
/// time below which no implementation of these products gets.
/// </summary>
/// <remarks>
/// D = D_aux, T tokens, m of them trained, R positions with a loss gradient, C chunks of the MLP, V words, d-wide heads that add up to D.
/// Rows of a gradient that happen to be zero count, as every product over all tokens computes them.
/// </remarks>
public sealed record FlopCount
{
    private readonly AuxiliaryConfiguration _auxiliary;
    private readonly ModelPlan _plan;
    private readonly long _tokens;
    private readonly long _trained;
    private readonly long _keptWeights;
    private readonly long _lossPositions;
    private readonly long _exactLossPositions;

    /// <summary>Counts for one sequence.</summary>
    /// <param name="configuration">The auxiliary model, and whether the last position has a loss gradient (V4).</param>
    /// <param name="sequence">T, the train mask and the gradient mask.</param>
    /// <exception cref="Reference.RuleViolationException">The sequence does not fit the model.</exception>
    public FlopCount(TintConfiguration configuration, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(sequence);
        sequence.Check(configuration.Auxiliary);
        Configuration = configuration;
        _auxiliary = configuration.Auxiliary;
        _plan = ModelPlan.Of(_auxiliary);
        _tokens = sequence.Length;
        var mask = sequence.InDescents(configuration.Departures).TrainMask;
        _trained = mask.Count(m => m == 1);
        _keptWeights = Enumerable.Range(0, sequence.Length).Sum(j => mask[j] == 1 ? j + 1L : 1L);
        _exactLossPositions = Enumerable.Range(1, sequence.Length - 1)
            .Count(t => sequence.TrainMask[t] == 1 && (sequence.GradientMask is null || sequence.GradientMask[t] == 1));
        _lossPositions = _exactLossPositions + (configuration.Departures.LastPositionUnmasked ? 1 : 0);
    }

    /// <summary>The TinT.</summary>
    public TintConfiguration Configuration { get; }

    /// <summary>W x for every token and one D × D weight, or Wᵀ g: 2·T·D².</summary>
    public long Linear => 2 * _tokens * Width * Width;

    /// <summary>Σ_t m_t g_t x_tᵀ for one D × D weight: 2·m·D².</summary>
    public long LinearDescent => 2 * _trained * Width * Width;

    /// <summary>⟨q_i, k_j⟩ and Σ_j a_ij v_j over the pairs j ≤ i, all heads: 2 · 2·D·T(T+1)/2.</summary>
    public long Attention => 2 * Width * _tokens * (_tokens + 1);

    /// <summary>
    /// Σ_j a_ji g_j, the value path alone, over the pairs that the train mask leaves, j + 1 of a trained query j and 1 of any other: 2·D a pair.
    /// The weights are those of the forward pass; computing them again, as TinT does, is not counted.
    /// </summary>
    public long AttentionBackward => 2 * Width * _keptWeights;

    /// <summary>E y for every token: 2·T·V·D; through a projection to another width E, 2·T·(V·E + E·D).</summary>
    public long Head => 2 * _tokens * OutOfWidth;

    /// <summary>softmax(E y)E at the positions with a loss gradient: 2·R·V·D; nothing for mean_embedding, whose mean row is one for all.</summary>
    public long LossGradient => ProductsOfLoss(_lossPositions);

    /// <summary>The first block forward, by its plan: 4 + 2C weights of D × D and attention in GPT-2.</summary>
    public long BlockForward => OfForward(_plan.Blocks[0]);

    /// <summary>
    /// The score path, where it is kept: W_V x again, ⟨g_i, v_j⟩, D k and Dᵀ q over the pairs j ≤ i, 2·T·D² + 3·2·D·T(T+1)/2. Scores of the forward pass are not counted again.
    /// </summary>
    public long AttentionScoreBackward => Linear + (Attention / 2 * 3);

    /// <summary>
    /// The first block backward with its descents as TinT does them: W_Q and W_K have no part in it, which leaves 2 + 2C weights, unless the score path is kept.
    /// </summary>
    public long BlockBackward => OfBackward(_plan.Blocks[0]);

    /// <summary>
    /// Full backpropagation through a block: Wᵀ g and Σ_t g_t x_tᵀ over all tokens for each of the 4 + 2C weights, and in attention
    /// aᵀ g, g vᵀ, ∂s k and ∂sᵀ q, twice what it takes forward.
    /// </summary>
    public long ExactBlockBackward => 2 * BlockForward;

    /// <summary>Full backpropagation through all blocks.</summary>
    public long ExactBackward => Total(2 * (Int128)Forward);

    /// <summary>The loss gradient of plain SGD, with the gradient of E as output head beside it; the last position has none.</summary>
    public long ExactLossGradient => 2 * ProductsOfLoss(_exactLossPositions);

    /// <summary>All blocks forward once.</summary>
    public long Forward => Sum(0, OfForward);

    /// <summary>The trained blocks backward and descending once.</summary>
    public long Backward => Sum(FirstTrained, OfBackward);

    /// <summary>The trained blocks forward once.</summary>
    public long ForwardAgain => Sum(FirstTrained, OfForward);

    /// <summary>A whole TinT run: forward and head, and for every step loss gradient, backward, forward again and head.</summary>
    public long Step => Total(
        (Int128)Forward + Head + (Configuration.SgdSteps * ((Int128)LossGradient + Backward + ForwardAgain + Head)));

    /// <summary>A whole run of plain SGD, which goes backward and forward through all blocks.</summary>
    public long ExactStep => Total((Int128)Forward + Head
        + (Configuration.SgdSteps * (ExactLossGradient + ExactBackward + Forward + Head)));

    private IReadOnlyList<ParameterLeaf> Trained(Leaf leaf) => Configuration.KeepsScorePath ? leaf.Parameters : leaf.Trained;

    private long OfForward(BlockPlan block) => block.Leaves.Sum(leaf => Through(leaf.Parameters) + (leaf is Attention ? Attention : 0));

    private long OfBackward(BlockPlan block) => block.Leaves.Sum(leaf => Through(Trained(leaf)) + Descent(Trained(leaf))
        + (leaf is Attention && Configuration.BackpropagateThroughAttention ? AttentionBackward : 0)
        + (leaf is Attention && Configuration.KeepsScorePath ? AttentionScoreBackward : 0));

    private int FirstTrained => _plan.Blocks.Count - Configuration.TrainedLayers;

    /// <summary>From a block on; those of the published code are alike, however many a configuration names.</summary>
    private long Sum(int first, Func<BlockPlan, long> count) => Total(_auxiliary.Architecture is null
        ? (Int128)(_plan.Blocks.Count - first) * count(_plan.Blocks[0])
        : _plan.Blocks.Skip(first).Aggregate((Int128)0, (sum, block) => sum + count(block)));

    /// <summary>W x for every token, or Wᵀ g.</summary>
    private long Through(IReadOnlyList<ParameterLeaf> leaves) => 2 * _tokens * Entries(leaves);

    /// <summary>Σ_t m_t g_t x_tᵀ.</summary>
    private long Descent(IReadOnlyList<ParameterLeaf> leaves) => 2 * _trained * Entries(leaves);

    private static long Entries(IReadOnlyList<ParameterLeaf> leaves) => leaves.OfType<Linear>().Sum(static linear => (long)linear.Outputs * linear.Inputs);

    private long Width => _auxiliary.HiddenSize;

    /// <summary>The entries between the final norm's output and the logits.</summary>
    private long OutOfWidth => _auxiliary.EmbeddingWidth == Width
        ? _auxiliary.VocabularySize * Width
        : _auxiliary.EmbeddingWidth * (_auxiliary.VocabularySize + Width);

    private static long Total(Int128 count) => count <= long.MaxValue ? (long)count : throw new Reference.RuleViolationException(
        $"the operations of a run must be at most {long.MaxValue}", $"{count}", "use fewer layers or steps");

    private long ProductsOfLoss(long positions) => LossFunction.Of(Configuration.Loss).Flops(positions, OutOfWidth, 1);
}
