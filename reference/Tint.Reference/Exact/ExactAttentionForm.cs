using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Exact;

/// <summary>The auxiliary model's attention of any form, from queries, keys and values, with its exact gradients, score path included.</summary>
/// <remarks>It is what the exact models of the families attend with, heads and rotations, under the form's names.</remarks>
/// <param name="auxiliary">H and D/H.</param>
/// <param name="form">What the attention is.</param>
/// <param name="isCrossing">Whether keys and values are of another sequence, all of whose tokens are seen.</param>
public sealed class ExactAttentionForm(AuxiliaryConfiguration auxiliary, AttentionForm form, bool isCrossing = false)
{
    /// <summary>o, [T × D], and the step from ∂o to ∂q, ∂k and ∂v, shapes as of q, k and v.</summary>
    /// <param name="query">q, [T × D], before it is turned.</param>
    /// <param name="key">k, [S × heads·d], before it is turned.</param>
    /// <param name="value">v, [S × heads·d].</param>
    /// <exception cref="RuleViolationException">A shape or the form does not fit.</exception>
    public (Matrix<double> Output, Func<Matrix<double>, ExactAttentionGradient> Pullback) Attend(
        Matrix<double> query, Matrix<double> key, Matrix<double> value)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var heads = Heads(query.RowCount, key.RowCount);
        var (output, pullback) = heads.Attend(Turned(query, heads.HeadCount), Turned(key, heads.KeyValueHeadCount), value);
        return (output, Back);

        ExactAttentionGradient Back(Matrix<double> gradient)
        {
            var step = pullback(gradient);
            return new ExactAttentionGradient(
                Turned(step.Query, heads.HeadCount, back: true), Turned(step.Key, heads.KeyValueHeadCount, back: true), step.Value);
        }
    }

    /// <summary>a of every query head, [T × S].</summary>
    /// <param name="query">q, [T × D].</param>
    /// <param name="key">k, [S × heads·d].</param>
    public IReadOnlyList<Matrix<double>> Weights(Matrix<double> query, Matrix<double> key)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        var heads = Heads(query.RowCount, key.RowCount);
        return heads.AllWeights(Turned(query, heads.HeadCount), Turned(key, heads.KeyValueHeadCount));
    }

    /// <summary>Queries or keys as scores see them.</summary>
    /// <param name="rows">[T × heads·d].</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="back">True for gradients, which turn by the negative angle.</param>
    internal Matrix<double> Turned(Matrix<double> rows, int heads, bool back = false) => form.Rotation?.Apply(rows, heads, back) ?? rows;

    private ExactHeads Heads(int queries, int keys)
    {
        form.Check(auxiliary);
        Matrix<double> Bias(int head)
        {
            var bias = form.Relative?.Of(head, queries, keys) ?? Matrix<double>.Build.Dense(queries, keys);
            return form.Slopes is { } slopes ? bias + LinearBias.Of(slopes[head], queries, keys) : bias;
        }

        return new ExactHeads
        {
            HeadCount = auxiliary.HeadCount,
            KeyValueHeadCount = form.KeyValueHeads(auxiliary),
            Scale = form.Scale(auxiliary),
            IsCausal = form.IsCausal && !isCrossing,
            Bias = Bias,
        };
    }
}
