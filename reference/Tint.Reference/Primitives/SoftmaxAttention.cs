using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Primitives;

/// <summary>
/// Softmax attention among tokens, a = softmax(scale·QKᵀ) over the earlier tokens, never over prefixes; out = a·V, or, to send gradients back
/// along the same scores, out = (aᵀ ∘ mask)·V.
/// </summary>
/// <remarks>
/// The published scale √(D_sim/D · H/H_sim)/√d_h equals 1/√(D/H), the auxiliary model's own. Heads and coordinates that the weights leave at
/// zero are skipped; they add exact zeros to the scores.
/// Source: C17.
/// </remarks>
public sealed class SoftmaxAttention
{
    private readonly AttentionWeights _weights;
    private readonly CoordinateMap _targets;
    private readonly double _scale;
    private readonly IReadOnlyList<int> _heads;

    /// <summary>Prepares the evaluation of <paramref name="weights"/>.</summary>
    public SoftmaxAttention(AttentionWeights weights, TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
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
        Apply(tokens, iclMask, arithmetic, arithmetic.Multiply);

    /// <summary>
    /// out_i = Σ_j a_ji v_j over j with i ≥ j or m_j = 1, at the tokens, [T × D_sim]: the same scores, transposed after the softmax and then
    /// masked. Since a_ji is zero for i &gt; j, the mask leaves a row j of the scores whole or, where m_j = 0, its diagonal entry alone.
    /// </summary>
    public Slots Backward(Slots tokens, IReadOnlyList<double> trainMask, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(trainMask);
        int[] untrained = [.. Enumerable.Range(0, trainMask.Count).Where(j => trainMask[j] != 1)];
        return Apply(tokens, iclMask, arithmetic, (scores, values) => arithmetic.TransposeThisAndMultiply(
            Arithmetic.KeepDiagonalOfRows(scores, untrained), values));
    }

    private Slots Apply(Slots tokens, Matrix<double>? iclMask, Arithmetic arithmetic, Func<Tracked, Tracked, Tracked> combine)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var outputs = InParallel.Select(_heads, head =>
        {
            var values = Used(_weights.Value, head);
            return arithmetic.Gather(tokens, [.. values.Select(used => used.Terms)]) is { } v
                ? (Head: head, Coordinates: values, Output: combine(Scores(tokens, head, iclMask, arithmetic), v))
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

    private Tracked Scores(Slots tokens, int head, Matrix<double>? iclMask, Arithmetic arithmetic)
    {
        var (queries, keys) = (_weights.Query.Columns(head, _weights.HeadSize), _weights.Key.Columns(head, _weights.HeadSize));
        var both = Enumerable.Range(0, _weights.HeadSize).Where(c => queries[c].Count > 0 && keys[c].Count > 0).ToArray();
        var q = arithmetic.Gather(tokens, [.. both.Select(c => queries[c])]);
        var k = arithmetic.Gather(tokens, [.. both.Select(c => keys[c])]);
        var scores = q is null || k is null
            ? new Tracked(Matrix<double>.Build.Dense(tokens.RowCount, tokens.RowCount))
            : arithmetic.TransposeAndMultiply(q, k);
        return arithmetic.Softmax(scores, _scale, causal: true, iclMask);
    }

    private (int Coordinate, IReadOnlyList<CoordinateMap.Term> Terms)[] Used(Projection projection, int head) =>
        [.. projection.Columns(head, _weights.HeadSize)
            .Select((terms, coordinate) => (coordinate, terms))
            .Where(used => used.terms.Count > 0)];
}
