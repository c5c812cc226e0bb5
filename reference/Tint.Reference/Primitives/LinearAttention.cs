using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>
/// Linear attention, out_i = Σ_j mask_ij ⟨q_i, k_j⟩ v_j for each head, then the output mixing: attention without softmax, which multiplies by
/// whatever matrix the keys or values of the prefixes hold. Or, with <see cref="SoftmaxTwins"/>, the softmax attention that stands for it.
/// </summary>
/// <remarks>
/// Evaluated head group by head group. What the weights make exactly zero is skipped, and products with exact identities are not formed;
/// both leave every number as the dense evaluation has it, up to the order of summation. Positions and twins are evaluated apart: an output at positions is
/// what a run of the twins' states (<see cref="HiddenStates.Twins"/>) has at the twins, with every sign turned and to the last bit.
/// Source: C16, C40.
/// </remarks>
public sealed class LinearAttention
{
    private readonly AttentionWeights _weights;
    private readonly SoftmaxTwins? _twins;
    private readonly Lazy<(CoordinateMap Targets, IReadOnlyList<HeadGroup> Groups)> _evaluation;

    /// <summary>Prepares the evaluation of <paramref name="weights"/>; what it needs is made out when it is first asked for.</summary>
    /// <param name="weights">The layer's weights.</param>
    /// <param name="afterwards">A map that follows the output mixing at every position; null for none.</param>
    public LinearAttention(AttentionWeights weights, CoordinateMap? afterwards = null)
        : this(weights, () => afterwards, twins: null)
    {
    }

    /// <summary>The same without a map, by softmax attention where there are twins.</summary>
    internal LinearAttention(AttentionWeights weights, SoftmaxTwins? twins)
        : this(weights, static () => null, twins)
    {
    }

    /// <summary>The same with a map that is made out with the rest.</summary>
    internal LinearAttention(AttentionWeights weights, Func<CoordinateMap?> afterwards, SoftmaxTwins? twins)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _weights = twins is null ? weights : weights with { Output = weights.Output.Times(twins.Factor) };
        _twins = twins;
        _evaluation = new(() =>
        {
            var output = _weights.Output.ToMap();
            var targets = (afterwards()?.After(output) ?? output).Transpose();
            return (targets, HeadGroup.Of(_weights, targets, addsScores: twins is null));
        });
    }

    /// <summary>The weights as a transformer holds them, with the factor M·P in the output mixing where softmax stands for linear attention.</summary>
    public IEnumerable<WeightTensor> Tensors(string name) => _weights.Tensors(name);

    /// <summary>The layer's output at the prefixes or at the tokens.</summary>
    /// <param name="states">The hidden states, [K + T × D_sim].</param>
    /// <param name="visibility">The mask.</param>
    /// <param name="atPrefixes">Whether the output is wanted at prefixes, or else at tokens; the other rows are left at zero.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public HiddenStates Apply(HiddenStates states, Visibility visibility, bool atPrefixes, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var (prefixes, tokens) = (PositionRows.Prefixes(states), PositionRows.Tokens(states));
        var queries = atPrefixes ? prefixes : tokens;
        var sums = new SlotSums(arithmetic, queries.Total, queries.Slots.Width, queries.Slots.Count);
        if (visibility is Visibility.Itself && !atPrefixes)
        {
            AttendItself(sums, tokens, arithmetic);
            return states with { Prefixes = Empty(prefixes), Tokens = sums.ToSlots() };
        }

        if (_twins is not null)
        {
            AttendTwins(sums, visibility, queries, atPrefixes ? tokens : prefixes, arithmetic);
        }

        foreach (var (keys, causal) in _twins is null ? Visible(visibility, prefixes, tokens, atPrefixes) : [])
        {
            foreach (var group in _evaluation.Value.Groups)
            {
                if (Attend(group, queries, keys, causal, arithmetic) is { } output)
                {
                    sums.Scatter(output, Targets(group));
                }
            }
        }

        var (none, result) = (Empty(atPrefixes ? tokens : prefixes), sums.ToSlots());
        return atPrefixes ? states with { Prefixes = result, Tokens = none } : states with { Prefixes = none, Tokens = result };
    }

    private static IEnumerable<(PositionRows Keys, bool Causal)> Visible(
        Visibility visibility, PositionRows prefixes, PositionRows tokens, bool atPrefixes)
    {
        switch (visibility)
        {
            case Visibility.TokensToPrefixes when !atPrefixes:
                yield return (prefixes, false);
                break;
            case Visibility.Causal:
                yield return (prefixes, atPrefixes);
                if (!atPrefixes)
                {
                    yield return (tokens, true);
                }

                break;
            case Visibility.PrefixesToTrainedTokens(var trained) when atPrefixes:
                if (trained.Count > 0)
                {
                    yield return (trained.Count == tokens.Total ? tokens : tokens.Keep(trained), false);
                }

                break;
            default:
                throw Undescribed(visibility, atPrefixes);
        }
    }

    private static RuleViolationException Undescribed(Visibility? visibility, bool atPrefixes) => new(
        "linear attention must be asked for rows that its mask describes",
        $"{visibility?.GetType().Name} at {(atPrefixes ? "prefixes" : "tokens")}",
        "ask for tokens in forward and backward modules and for prefixes in descents");

    private Tracked? Attend(HeadGroup group, PositionRows queries, PositionRows keys, bool causal, Arithmetic arithmetic)
    {
        if (Rows(_weights.Value, group.ValueHeads, keys, arithmetic) is not { } v
            || Rows(_weights.Key, group.QueryHeads, keys, arithmetic) is not { } k
            || Rows(_weights.Query, group.QueryHeads, queries, arithmetic) is not { } q)
        {
            return null;
        }

        if (causal)
        {
            return arithmetic.Multiply(Arithmetic.LowerTriangle(arithmetic.TransposeAndMultiply(q, k)), v);
        }

        return q.IsIdentity ? arithmetic.TransposeThisAndMultiply(k, v) : arithmetic.Multiply(arithmetic.TransposeAndMultiply(q, k), v);
    }

    /// <summary>
    /// The softmax attention over positions and twins. Nothing is skipped that cancels alone where it is exact: a score of 0, a mask's or a slot's, leaves v − v, each of which is rounded.
    /// </summary>
    private void AttendTwins(SlotSums sums, Visibility visibility, PositionRows queries, PositionRows keys, Arithmetic arithmetic)
    {
        var trained = (visibility, keys.ArePrefixes) switch
        {
            (Visibility.TokensToPrefixes, true) => null,
            (Visibility.PrefixesToTrainedTokens(var some), false) => some.Count == keys.Total ? null : some.ToHashSet(),
            _ => throw Undescribed(visibility, !keys.ArePrefixes),
        };
        var twins = keys.Twins();
        foreach (var group in _evaluation.Value.Groups)
        {
            if (Rows(_weights.Value, group.ValueHeads, keys, arithmetic) is { } v && Rows(_weights.Value, group.ValueHeads, twins, arithmetic) is { } twinV)
            {
                var query = Rows(_weights.Query, group.QueryHeads, queries, arithmetic) ?? Zeros(queries);
                sums.Scatter(_twins!.Attend(query, Scored(keys), v, Scored(twins), twinV, arithmetic), Targets(group));
            }

            Tracked Scored(PositionRows rows)
            {
                var k = Rows(_weights.Key, group.QueryHeads, rows, arithmetic) ?? Zeros(rows);
                return trained is null ? k : Arithmetic.Mask(k, (row, _) => trained.Contains(row));
            }
        }

        Tracked Zeros(PositionRows rows) => new(Matrix<double>.Build.Dense(rows.Total, _weights.HeadSize));
    }

    /// <summary>q∘k∘v, all heads side by side: with heads one coordinate wide a token's score on itself is the product of two numbers.</summary>
    private void AttendItself(SlotSums sums, PositionRows tokens, Arithmetic arithmetic)
    {
        if (_weights.HeadSize != 1)
        {
            throw new RuleViolationException(
                "heads that multiply a token's signals entry by entry must be one coordinate wide", $"{_weights.HeadSize}", "use D_sim heads");
        }

        int[] heads = [.. _evaluation.Value.Groups.SelectMany(group => group.QueryHeads.Concat(group.ValueHeads)).Distinct().Order()];
        if (heads.Length > 0
            && Rows(_weights.Value, heads, tokens, arithmetic) is { } v
            && Rows(_weights.Key, heads, tokens, arithmetic) is { } k
            && Rows(_weights.Query, heads, tokens, arithmetic) is { } q)
        {
            var twins = _twins is null ? null : tokens.Twins();
            var product = twins is null
                ? arithmetic.PointwiseMultiply(arithmetic.PointwiseMultiply(q, k), v)
                : SoftmaxTwins.AttendItself(
                    q,
                    k,
                    v,
                    Rows(_weights.Key, heads, twins, arithmetic)!,
                    Rows(_weights.Value, heads, twins, arithmetic)!,
                    _twins!.Scale,
                    arithmetic);
            sums.Scatter(product, [.. heads.Select(head => _evaluation.Value.Targets[head])]);
        }
    }

    private Tracked? Rows(Projection projection, IReadOnlyList<int> heads, PositionRows rows, Arithmetic arithmetic)
    {
        var columns = heads.SelectMany(head => projection.Columns(head, _weights.HeadSize)).ToArray();
        var signal = arithmetic.Gather(rows.Slots, columns);
        var position = heads.Any(projection.Position.Reaches) ? projection.Position.Of(rows) : null;
        if (position is not null && heads.Count > 1)
        {
            var sums = new ColumnSums(arithmetic, position.RowCount, columns.Length);
            for (var column = 0; column < columns.Length; column++)
            {
                if (projection.Position.Reaches(heads[column / _weights.HeadSize]))
                {
                    sums.Add(column, position, column % _weights.HeadSize, projection.Position.Weight(heads[column / _weights.HeadSize]));
                }
            }

            position = sums.ToTracked();
        }
        else
        {
            position = arithmetic.Scale(position, TrackedScalar.Exact(projection.Position.Weight(heads[0])));
        }

        return arithmetic.Add(signal, position);
    }

    private IReadOnlyList<CoordinateMap.Term>[] Targets(HeadGroup group) =>
        [.. group.ValueHeads.SelectMany(head =>
            Enumerable.Range(head * _weights.HeadSize, _weights.HeadSize).Select(coordinate => _evaluation.Value.Targets[coordinate]))];

    private static Slots Empty(PositionRows rows) => Slots.Zero(rows.Total, rows.Slots.Width, rows.Slots.Count);
}
