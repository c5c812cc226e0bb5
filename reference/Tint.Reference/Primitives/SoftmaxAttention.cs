using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <summary>
/// Softmax attention among tokens, a = softmax(scale·QKᵀ) over the earlier tokens, never over prefixes; out = a·V, or, to send gradients back
/// along the same scores, out = (aᵀ ∘ mask)·V. Or, of another form, over all tokens, those of a second sequence, or with scores that know positions.
/// </summary>
/// <remarks>
/// The published scale √(D_sim/D · H/H_sim)/√d_h equals 1/√(D/H), the auxiliary model's own. Heads and coordinates that the weights leave at
/// zero are skipped; they add exact zeros to the scores. Queries are taken some at a time, with the keys that they can see, so that about
/// half of the masked scores are never formed; where rounding is followed, all at once.
/// Source: C17, C32, C33, C34, C35, C36.
/// </remarks>
public sealed class SoftmaxAttention
{
    /// <summary>The queries of a block: few enough to leave out most masked scores, enough for products at full speed.</summary>
    private const int QueriesPerBlock = 256;

    private readonly AttentionWeights _weights;
    private readonly Lazy<CoordinateMap> _targets;
    private readonly double _scale;
    private readonly Lazy<IReadOnlyList<int>> _heads;
    private readonly AttentionForm _form;
    private readonly RotaryPositions? _rotary;

    /// <summary>Prepares the evaluation of <paramref name="weights"/>.</summary>
    /// <param name="weights">The layer's weights.</param>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="form">What the attention is; null for the published one.</param>
    /// <exception cref="RuleViolationException">A position part reaches a head without slopes to be read there.</exception>
    public SoftmaxAttention(AttentionWeights weights, TintConfiguration configuration, AttentionForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
        _form = form ?? AttentionForm.Published;
        if (_form.Slopes is null && (weights.Query.Position.IsUsed || weights.Key.Position.IsUsed || weights.Value.Position.IsUsed))
        {
            throw new RuleViolationException(
                "softmax attention must not read positions", "a position map that reaches a head", "leave its position maps unused");
        }

        _weights = weights;
        _targets = new(() => weights.Output.ToMap().Transpose());
        var auxiliary = configuration.Auxiliary;
        var initial = Math.Sqrt(
            (double)configuration.HiddenSize / auxiliary.HiddenSize * ((double)auxiliary.HeadCount / configuration.HeadCount));
        _scale = _form.ScoreScale ?? (initial / Math.Sqrt(configuration.HeadSize));
        _rotary = _form.Rotation is { } rotation ? new RotaryPositions(rotation, auxiliary.MaximumPositions) : null;
        _heads = new(() => [.. Enumerable.Range(0, weights.HeadCount).Where(head => Used(weights.Value, head).Length > 0)]);
    }

    /// <summary>
    /// Whether a rotation turns values as well, and the result back: values are then keys or queries, and the result a gradient at the other ones.
    /// </summary>
    internal bool TurnsValues { get; init; }

    /// <summary>out = a·V at the tokens, [T × D_sim].</summary>
    /// <param name="tokens">The tokens that ask.</param>
    /// <param name="iclMask">[T × S] of 0 and 1; null for all that the form lets a token see.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <param name="others">The S tokens of another sequence, all of which answer; null where the tokens answer themselves.</param>
    public Slots Forward(Slots tokens, Matrix<double>? iclMask, Arithmetic arithmetic, Slots? others = null) =>
        Apply(tokens, others, iclMask, arithmetic, carried: others ?? tokens, tokens, (blocks, values) => Arithmetic.Stack(
            [.. blocks.Select(block => arithmetic.Multiply(block.Weights, Arithmetic.Rows(values, 0, block.Weights.ColumnCount)))]));

    /// <summary>
    /// out_i = Σ_j a_ji v_j over j with i ≥ j or m_j = 1, at the tokens, [T × D_sim]: the same scores, transposed after the softmax and then
    /// masked. Since a_ji is zero for i &gt; j, the mask leaves a row j of the scores whole or, where m_j = 0, its diagonal entry alone. Where tokens see
    /// later ones or another sequence's, there is no mask.
    /// </summary>
    /// <param name="tokens">The tokens that asked, with the gradients.</param>
    /// <param name="trainMask">m, [T].</param>
    /// <param name="iclMask">As in the forward pass.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <param name="others">The tokens that answered, [S], at which the result stands; null where they are the same.</param>
    public Slots Backward(
        Slots tokens, IReadOnlyList<double> trainMask, Matrix<double>? iclMask, Arithmetic arithmetic, Slots? others = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(trainMask);
        var answering = others ?? tokens;
        Tracked Part(QueryBlock block, Tracked values)
        {
            int[] untrained = IsCausal(others)
                ? [.. Enumerable.Range(0, block.End - block.First).Where(row => trainMask[block.First + row] != 1)]
                : [];
            var part = arithmetic.TransposeThisAndMultiply(
                Arithmetic.KeepDiagonalOfRows(block.Weights, untrained, block.First), Arithmetic.Rows(values, block.First, block.End));
            return Arithmetic.PadRows(part, answering.RowCount);
        }

        return Apply(tokens, others, iclMask, arithmetic, carried: tokens, answering, (blocks, values) =>
            blocks.Select(block => Part(block, values)).Aggregate((sum, part) => arithmetic.Add(sum, part)!));
    }

    private bool IsCausal(Slots? others) => others is null && _form.IsCausal;

    private Slots Apply(
        Slots tokens,
        Slots? others,
        Matrix<double>? iclMask,
        Arithmetic arithmetic,
        Slots carried,
        Slots place,
        Func<IEnumerable<QueryBlock>, Tracked, Tracked> combine)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var outputs = InParallel.Select(_heads.Value, head =>
        {
            var values = Used(_weights.Value, head);
            return arithmetic.Gather(carried, [.. values.Select(used => used.Terms)]) is { } v
                ? (Head: head, Coordinates: values, Output: TurnedBack(combine(Blocks(tokens, others, head, iclMask, arithmetic), Turned(v))))
                : (Head: head, Coordinates: values, Output: null);
        });
        var sums = new SlotSums(arithmetic, place.RowCount, place.Width, place.Count);
        foreach (var (head, coordinates, output) in outputs)
        {
            if (output is not null)
            {
                sums.Scatter(output, [.. coordinates.Select(used => _targets.Value[(head * _weights.HeadSize) + used.Coordinate])]);
            }
        }

        return sums.ToSlots();

        Tracked Turned(Tracked rows) => TurnsValues && _rotary is not null ? _rotary.Turn(rows, arithmetic) : rows;
        Tracked TurnedBack(Tracked rows) => TurnsValues && _rotary is not null ? _rotary.TurnBack(rows, arithmetic) : rows;
    }

    private IEnumerable<QueryBlock> Blocks(Slots tokens, Slots? others, int head, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        var (q, k) = Operands(tokens, others ?? tokens, head, arithmetic);
        var (keyCount, isCausal) = ((others ?? tokens).RowCount, IsCausal(others));
        var bias = _form.Relative?.Of(head, tokens.RowCount, keyCount);
        var count = arithmetic.Tracks ? tokens.RowCount : QueriesPerBlock;
        for (var first = 0; first < tokens.RowCount; first += count)
        {
            var end = Math.Min(first + count, tokens.RowCount);
            var seen = isCausal ? end : keyCount;
            var scores = q is null || k is null
                ? new Tracked(Matrix<double>.Build.Dense(end - first, seen))
                : arithmetic.TransposeAndMultiply(Arithmetic.Rows(q, first, end), Arithmetic.Rows(k, 0, seen));
            var scale = _scale;
            if (bias is not null)
            {
                // The softmax then finds scores that are scaled already.
                scores = arithmetic.Add(
                    arithmetic.Scale(scores, new TrackedScalar(_scale, arithmetic.UnitRoundoff * _scale)),
                    new Tracked(bias.SubMatrix(first, end - first, 0, seen)))!;
                scale = 1;
            }

            yield return new QueryBlock(
                first,
                end,
                arithmetic.Softmax(scores, scale, isCausal ? first : null, iclMask?.SubMatrix(first, end - first, 0, seen)));
        }
    }

    /// <summary>A head's queries and keys, turned and with their position parts; null where all scores are zero.</summary>
    private (Tracked? Query, Tracked? Key) Operands(Slots asking, Slots answering, int head, Arithmetic arithmetic)
    {
        var (queries, keys) = (_weights.Query.Columns(head, _weights.HeadSize), _weights.Key.Columns(head, _weights.HeadSize));
        var both = Enumerable.Range(0, _weights.HeadSize).Where(c => queries[c].Count > 0 && keys[c].Count > 0).ToArray();
        var q = arithmetic.Gather(asking, [.. both.Select(c => queries[c])]);
        var k = arithmetic.Gather(answering, [.. both.Select(c => keys[c])]);
        if (_rotary is not null)
        {
            (q, k) = (q is null ? null : _rotary.Turn(q, arithmetic), k is null ? null : _rotary.Turn(k, arithmetic));
        }

        if (_weights.Query.Position.OfTokensAt(head, asking.RowCount, arithmetic) is not { } one
            || _weights.Key.Position.OfTokensAt(head, answering.RowCount, arithmetic) is not { } slope)
        {
            return (q, k);
        }

        return q is null || k is null ? (one, slope) : (Arithmetic.Beside(q, one), Arithmetic.Beside(k, slope));
    }

    private (int Coordinate, IReadOnlyList<CoordinateMap.Term> Terms)[] Used(Projection projection, int head) =>
        [.. projection.Columns(head, _weights.HeadSize)
            .Select((terms, coordinate) => (coordinate, terms))
            .Where(used => used.terms.Count > 0)];

    /// <summary>The weights a of the queries <paramref name="First"/> … <paramref name="End"/> − 1 over the keys that they can see.</summary>
    private sealed record QueryBlock(int First, int End, Tracked Weights);
}
