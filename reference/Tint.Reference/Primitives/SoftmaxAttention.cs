using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <summary>
/// Softmax attention among tokens, a = softmax(scale·QKᵀ) over the earlier tokens, never over prefixes; out = a·V, or, to send gradients back
/// along the same scores, out = (aᵀ ∘ mask)·V.
/// </summary>
/// <remarks>
/// The published scale √(D_sim/D · H/H_sim)/√d_h equals 1/√(D/H), the auxiliary model's own. Heads and coordinates that the weights leave at
/// zero are skipped; they add exact zeros to the scores. Queries are taken some at a time, with the keys that they can see, so that about
/// half of the masked scores are never formed; where rounding is followed, all at once.
/// Source: C17.
/// </remarks>
public sealed class SoftmaxAttention
{
    /// <summary>The queries of a block: few enough to leave out most masked scores, enough for products at full speed.</summary>
    private const int QueriesPerBlock = 256;

    private readonly AttentionWeights _weights;
    private readonly CoordinateMap _targets;
    private readonly double _scale;
    private readonly IReadOnlyList<int> _heads;

    /// <summary>Prepares the evaluation of <paramref name="weights"/>.</summary>
    /// <exception cref="RuleViolationException">A position part reaches a head, which the construction's softmax attention never does.</exception>
    public SoftmaxAttention(AttentionWeights weights, TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
        if (weights.Query.Position.IsUsed || weights.Key.Position.IsUsed || weights.Value.Position.IsUsed)
        {
            throw new RuleViolationException(
                "softmax attention must not read positions", "a position map that reaches a head", "leave its position maps unused");
        }

        _weights = weights;
        _targets = weights.Output.ToMap().Transpose();
        var auxiliary = configuration.Auxiliary;
        var initial = Math.Sqrt(
            (double)configuration.HiddenSize / auxiliary.HiddenSize * ((double)auxiliary.HeadCount / configuration.HeadCount));
        _scale = initial / Math.Sqrt(configuration.HeadSize);
        _heads = [.. Enumerable.Range(0, weights.HeadCount).Where(head => Used(weights.Value, head).Length > 0)];
    }

    /// <summary>out = a·V at the tokens, [T × D_sim].</summary>
    public Slots Forward(Slots tokens, Matrix<double>? iclMask, Arithmetic arithmetic) =>
        Apply(tokens, iclMask, arithmetic, (blocks, values) => Arithmetic.Stack(
            [.. blocks.Select(block => arithmetic.Multiply(block.Weights, Arithmetic.Rows(values, 0, block.End)))]));

    /// <summary>
    /// out_i = Σ_j a_ji v_j over j with i ≥ j or m_j = 1, at the tokens, [T × D_sim]: the same scores, transposed after the softmax and then
    /// masked. Since a_ji is zero for i &gt; j, the mask leaves a row j of the scores whole or, where m_j = 0, its diagonal entry alone.
    /// </summary>
    public Slots Backward(Slots tokens, IReadOnlyList<double> trainMask, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(trainMask);
        Tracked Part(QueryBlock block, Tracked values)
        {
            int[] untrained = [.. Enumerable.Range(0, block.End - block.First).Where(row => trainMask[block.First + row] != 1)];
            var part = arithmetic.TransposeThisAndMultiply(
                Arithmetic.KeepDiagonalOfRows(block.Weights, untrained, block.First), Arithmetic.Rows(values, block.First, block.End));
            return Arithmetic.PadRows(part, tokens.RowCount);
        }

        return Apply(tokens, iclMask, arithmetic, (blocks, values) =>
            blocks.Select(block => Part(block, values)).Aggregate((sum, part) => arithmetic.Add(sum, part)!));
    }

    private Slots Apply(
        Slots tokens, Matrix<double>? iclMask, Arithmetic arithmetic, Func<IEnumerable<QueryBlock>, Tracked, Tracked> combine)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var outputs = InParallel.Select(_heads, head =>
        {
            var values = Used(_weights.Value, head);
            return arithmetic.Gather(tokens, [.. values.Select(used => used.Terms)]) is { } v
                ? (Head: head, Coordinates: values, Output: combine(Blocks(tokens, head, iclMask, arithmetic), v))
                : (Head: head, Coordinates: values, Output: null);
        });
        var sums = new SlotSums(arithmetic, tokens.RowCount, tokens.Width, tokens.Count);
        foreach (var (head, coordinates, output) in outputs)
        {
            if (output is not null)
            {
                sums.Scatter(output, [.. coordinates.Select(used => _targets[(head * _weights.HeadSize) + used.Coordinate])]);
            }
        }

        return sums.ToSlots();
    }

    private IEnumerable<QueryBlock> Blocks(Slots tokens, int head, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        var (queries, keys) = (_weights.Query.Columns(head, _weights.HeadSize), _weights.Key.Columns(head, _weights.HeadSize));
        var both = Enumerable.Range(0, _weights.HeadSize).Where(c => queries[c].Count > 0 && keys[c].Count > 0).ToArray();
        var q = arithmetic.Gather(tokens, [.. both.Select(c => queries[c])]);
        var k = arithmetic.Gather(tokens, [.. both.Select(c => keys[c])]);
        var count = arithmetic.Tracks ? tokens.RowCount : QueriesPerBlock;
        for (var first = 0; first < tokens.RowCount; first += count)
        {
            var end = Math.Min(first + count, tokens.RowCount);
            var scores = q is null || k is null
                ? new Tracked(Matrix<double>.Build.Dense(end - first, end))
                : arithmetic.TransposeAndMultiply(Arithmetic.Rows(q, first, end), Arithmetic.Rows(k, 0, end));
            yield return new QueryBlock(
                first, end, arithmetic.Softmax(scores, _scale, firstQuery: first, iclMask?.SubMatrix(first, end - first, 0, end)));
        }
    }

    private (int Coordinate, IReadOnlyList<CoordinateMap.Term> Terms)[] Used(Projection projection, int head) =>
        [.. projection.Columns(head, _weights.HeadSize)
            .Select((terms, coordinate) => (coordinate, terms))
            .Where(used => used.terms.Count > 0)];

    /// <summary>The weights a of the queries <paramref name="First"/> … <paramref name="End"/> − 1 over the keys 0 … End − 1.</summary>
    private sealed record QueryBlock(int First, int End, Tracked Weights);
}
