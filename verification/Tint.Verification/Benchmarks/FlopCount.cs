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
/// D = D_aux, T tokens, m of them trained, R positions with a loss gradient, C chunks of the MLP, V words, d-wide heads that add up to D. An encoder's S tokens all count as trained, and
/// all of them see each other.
/// Rows of a gradient that happen to be zero count, as every product over all tokens computes them.
/// </remarks>
internal sealed record FlopCount
{
    private readonly AuxiliaryConfiguration _auxiliary;
    private readonly ModelPlan _plan;
    private readonly long _tokens;
    private readonly long _trained;
    private readonly long _keptWeights;
    private readonly long _encoderTokens;
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
        _encoderTokens = sequence.EncoderIds?.Count ?? 0;
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
    public long BlockForward => OfForward(_plan.Blocks[0], _plan.HasEncoder);

    /// <summary>
    /// The score path, where it is kept: W_V x again, ⟨g_i, v_j⟩, D k and Dᵀ q over the pairs j ≤ i, 2·T·D² + 3·2·D·T(T+1)/2. Scores of the forward pass are not counted again.
    /// </summary>
    public long AttentionScoreBackward => Linear + (Attention / 2 * 3);

    /// <summary>
    /// The first block backward with its descents as TinT does them: W_Q and W_K have no part in it, which leaves 2 + 2C weights, unless the score path is kept.
    /// </summary>
    public long BlockBackward => OfBackward(_plan.Blocks[0], _plan.HasEncoder);

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

    /// <summary>A whole TinT run by operation, in the order of the forward pass; together <see cref="Step"/>.</summary>
    public IReadOnlyList<OperationWork> Operations => ByOperation(FirstTrained, static work => work, LossGradient);

    /// <summary>A whole run of plain SGD by operation; together <see cref="ExactStep"/>.</summary>
    public IReadOnlyList<OperationWork> ExactOperations => ByOperation(0, static work => work with { Backward = 2 * work.Forward }, ExactLossGradient);

    /// <summary>A whole TinT run: forward and head, and for every step loss gradient, backward, forward again and head.</summary>
    public long Step => Total(
        (Int128)Forward + Head + (Configuration.SgdSteps * ((Int128)LossGradient + Backward + ForwardAgain + Head)));

    /// <summary>A whole run of plain SGD, which goes backward and forward through all blocks.</summary>
    public long ExactStep => Total((Int128)Forward + Head
        + (Configuration.SgdSteps * (ExactLossGradient + ExactBackward + Forward + Head)));

    /// <summary>A whole run of an engine.</summary>
    internal long StepOf(BenchEngine engine) => engine == BenchEngine.Exact ? ExactStep : Step;

    /// <summary>A whole run of an engine by operation.</summary>
    internal IReadOnlyList<OperationWork> OperationsOf(BenchEngine engine) => engine == BenchEngine.Exact ? ExactOperations : Operations;

    private long OfForward(BlockPlan block, bool isEncoder) => Works(block, isEncoder).Sum(static work => work.Forward);

    private long OfBackward(BlockPlan block, bool isEncoder) => Works(block, isEncoder).Sum(static work => work.Backward);

    /// <summary>What each operation of a block takes forward once, and backward with its descent once.</summary>
    private IEnumerable<OperationWork> Works(BlockPlan block, bool isEncoder)
    {
        foreach (var leaf in block.Leaves)
        {
            var (tokens, trained) = isEncoder ? (_encoderTokens, _encoderTokens) : (_tokens, _trained);
            foreach (var linear in leaf.Parameters.OfType<Linear>())
            {
                // Keys and values of attention over an encoder are the encoder's.
                var ofEncoder = leaf is Attention { ReadsEncoder: true } across && linear.Place != across.Query.Place;
                var descends = Configuration.KeepsScorePath ? leaf.Parameters : leaf.Trained;
                var (rows, learning) = ofEncoder ? (_encoderTokens, _encoderTokens) : (tokens, trained);
                var entries = (long)linear.Outputs * linear.Inputs;
                yield return new($"{linear.Place}", 2 * rows * entries, descends.Contains(linear) ? 2 * (rows + learning) * entries : 0);
            }

            if (leaf is Attention attention)
            {
                var (pairs, kept) = Pairs(attention, isEncoder);
                var width = attention.Query.Outputs;
                var value = 2 * (attention.ReadsEncoder ? _encoderTokens : tokens) * (long)attention.Value.Outputs * attention.Value.Inputs;
                yield return new(
                    $"{leaf.Place}",
                    4 * width * pairs,
                    (Configuration.BackpropagateThroughAttention ? 2 * width * kept : 0)
                        + (Configuration.KeepsScorePath ? value + (6 * width * pairs) : 0));
            }
        }
    }

    /// <summary>The pairs that see each other, and those of them that a gradient goes back through.</summary>
    private (long All, long Kept) Pairs(Attention attention, bool isEncoder)
    {
        var others = attention.ReadsEncoder ? _tokens * _encoderTokens : isEncoder ? _encoderTokens * _encoderTokens : _tokens * _tokens;
        return attention.ReadsEncoder || isEncoder || !attention.Form.IsCausal ? (others, others) : (_tokens * (_tokens + 1) / 2, _keptWeights);
    }

    /// <summary>All blocks forward, and for every step those from a first one on backward and forward again.</summary>
    private IReadOnlyList<OperationWork> ByOperation(int first, Func<OperationWork, OperationWork> once, long lossGradient)
    {
        long steps = Configuration.SgdSteps;
        var works = Alike().SelectMany(part => Works(part.Block, part.Index < _plan.EncoderBlocks).Select(once).Select(work => (
            Name: part.Index < _plan.EncoderBlocks ? $"encoder {work.Name}" : work.Name,
            Forward: part.Count * (Int128)(part.Index < first ? 1 : 1 + steps) * work.Forward,
            Backward: part.Index < first ? 0 : part.Count * (Int128)steps * work.Backward)));
        return
        [
            .. works.GroupBy(static work => work.Name).Select(static same => new OperationWork(
                same.Key,
                Total(same.Aggregate((Int128)0, static (sum, work) => sum + work.Forward)),
                Total(same.Aggregate((Int128)0, static (sum, work) => sum + work.Backward)))),
            new("head", Total((1 + steps) * (Int128)Head), 0),
            new("loss gradient", 0, Total(steps * (Int128)lossGradient)),
        ];

        // Blocks of the published code are alike, however many a configuration names: those below the first and those from it on.
        IEnumerable<(BlockPlan Block, int Index, int Count)> Alike() => _auxiliary.Architecture is null
            ? [(_plan.Blocks[0], 0, first), (_plan.Blocks[0], first, _plan.Blocks.Count - first)]
            : _plan.Blocks.Select(static (block, index) => (block, index, 1));
    }

    private int FirstTrained => _plan.Blocks.Count - Configuration.TrainedLayers;

    /// <summary>From a block on; those of the published code are alike, however many a configuration names.</summary>
    private long Sum(int first, Func<BlockPlan, bool, long> count) => Total(_auxiliary.Architecture is null
        ? (Int128)(_plan.Blocks.Count - first) * count(_plan.Blocks[0], false)
        : Enumerable.Range(first, _plan.Blocks.Count - first).Aggregate((Int128)0, (sum, index) => sum + count(_plan.Blocks[index], index < _plan.EncoderBlocks)));

    private long Width => _auxiliary.HiddenSize;

    /// <summary>The entries between the final norm's output and the logits.</summary>
    private long OutOfWidth => _auxiliary.EmbeddingWidth == Width
        ? _auxiliary.VocabularySize * Width
        : _auxiliary.EmbeddingWidth * (_auxiliary.VocabularySize + Width);

    private static long Total(Int128 count) => count <= long.MaxValue ? (long)count : throw new Reference.RuleViolationException(
        $"the operations of a run must be at most {long.MaxValue}", $"{count}", "use fewer layers or steps");

    private long ProductsOfLoss(long positions) => LossFunction.Of(Configuration.Loss).Flops(positions, OutOfWidth, 1);
}
