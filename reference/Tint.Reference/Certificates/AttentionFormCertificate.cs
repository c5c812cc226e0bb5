using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Reference.Certificates;

/// <summary>
/// TinT's backward step of attention of any form against the exact one. With gates of 1 its error at the query layer's output is −∂q and at the key layer's −∂k, the
/// whole score path, and at the values −R, what the train mask drops; R is 0 where tokens see later ones or another sequence's. Derivation: certificates.md, section 9.
/// </summary>
public static class AttentionFormCertificate
{
    /// <summary>sup of √(cos² + sin²) where both are rounded to float16.</summary>
    private const double HalfTables = 1.001;

    /// <summary>How much longer a query or key may be once it is turned.</summary>
    internal static double Stretch(AttentionForm form) => form.Rotation is { HasTablesInHalf: true } ? HalfTables : 1;

    /// <summary>
    /// Bounds on the rows of what is dropped, behind the layers: ‖∂q_t W_Q‖ ≤ ‖W_Q‖√Σ_h(Query_t^h‖g_t^h‖)², [T], and ‖∂k_s W_K + R_s W_V‖ ≤ ‖W_K‖√Σ_r(Σ_{h of r}Σ_i Key_is^h‖g_i^h‖)² +
    /// ‖W_V‖√Σ_r(Σ_{h of r}‖R_s^h‖)², [S], r the key and value heads.
    /// </summary>
    /// <param name="auxiliary">H and D/H.</param>
    /// <param name="form">What the attention is.</param>
    /// <param name="query">q, [T × D].</param>
    /// <param name="key">k, [S × heads·d].</param>
    /// <param name="value">v, [S × heads·d].</param>
    /// <param name="g">The gradient at attention's output, [T × D].</param>
    /// <param name="trainMask">m, [T].</param>
    /// <param name="norms">Norms of the layers' weights.</param>
    /// <param name="isCrossing">Whether keys and values are of another sequence.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static (Vector<double> AtQueries, Vector<double> AtKeys) Bound(
        AuxiliaryConfiguration auxiliary,
        AttentionForm form,
        Matrix<double> query,
        Matrix<double> key,
        Matrix<double> value,
        Matrix<double> g,
        Vector<double> trainMask,
        AttentionNorms norms,
        bool isCrossing = false)
    {
        ArgumentNullException.ThrowIfNull(norms);
        var heads = Heads(auxiliary, form, query, key, value, isCrossing);
        Require.Shape(g, query.RowCount, auxiliary.HiddenSize, "the gradient at attention's output");
        var turned = Stretch(form);
        var queries = Matrix<double>.Build.Dense(query.RowCount, heads.Count);
        var keys = Matrix<double>.Build.Dense(key.RowCount, form.KeyValueHeads(auxiliary));
        var dropped = Matrix<double>.Build.Dense(key.RowCount, keys.ColumnCount);
        for (var h = 0; h < heads.Count; h++)
        {
            var (gains, served) = (ScorePathBound.Of(heads[h]), form.ServedBy(auxiliary, h));
            var part = g.SubMatrix(0, g.RowCount, h * auxiliary.HeadSize, auxiliary.HeadSize);
            var gradients = RowNorms.Of(part);
            queries.SetColumn(h, turned * gains.QueryError(gradients));
            keys.SetColumn(served, keys.Column(served) + (turned * gains.KeyError(gradients)));
            if (heads[h].IsCausal)
            {
                // What is computed of R is off by its rounding, as in AttentionCertificate.Dropped.
                var rounding = FloatingPoint.Binary64.Gamma(g.RowCount + 1) * heads[h].Weights.LeftMultiply(gradients);
                var lost = FloatingPoint.Binary64.Underflow(g.RowCount * auxiliary.HeadSize);
                var computed = RowNorms.Of(MaskCertificate.DroppedFromValues(heads[h], part, trainMask));
                dropped.SetColumn(served, dropped.Column(served) + computed.Map2((norm, slack) => norm > 0 ? norm + slack + lost : 0, rounding));
            }
        }

        return (
            (norms.Query * RowNorms.Of(queries)).Map(bound => FloatingPoint.Up(bound, heads.Count)),
            ((norms.Key * RowNorms.Of(keys)) + (norms.Value * RowNorms.Of(dropped))).Map(bound => FloatingPoint.Up(bound, heads.Count)));
    }

    /// <summary>The heads at their forward values, with queries and keys as scores see them; each query head has its own copy of what serves it.</summary>
    /// <param name="auxiliary">H and D/H.</param>
    /// <param name="form">What the attention is.</param>
    /// <param name="query">q, [T × D].</param>
    /// <param name="key">k, [S × heads·d].</param>
    /// <param name="value">v, [S × heads·d].</param>
    /// <param name="isCrossing">Whether keys and values are of another sequence.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or a number is not finite.</exception>
    public static IReadOnlyList<AttentionHead> Heads(
        AuxiliaryConfiguration auxiliary, AttentionForm form, Matrix<double> query, Matrix<double> key, Matrix<double> value, bool isCrossing = false)
    {
        ArgumentNullException.ThrowIfNull(auxiliary);
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        form.Check(auxiliary);
        var (exact, size, width) = (new ExactAttentionForm(auxiliary, form, isCrossing), auxiliary.HeadSize, form.KeyValueWidth(auxiliary));
        Require.Shape(query, query.RowCount, auxiliary.HiddenSize, "queries");
        Require.Shape(key, key.RowCount, width, "keys");
        Require.Shape(value, key.RowCount, width, "values");
        var weights = exact.Weights(query, key);
        var (q, k) = (exact.Turned(query, auxiliary.HeadCount), exact.Turned(key, form.KeyValueHeads(auxiliary)));
        return
        [
            .. Enumerable.Range(0, auxiliary.HeadCount).Select(h => new AttentionHead(
                weights[h],
                Part(q, h),
                Part(k, form.ServedBy(auxiliary, h)),
                Part(value, form.ServedBy(auxiliary, h)),
                form.Scale(auxiliary),
                isCausal: form.IsCausal && !isCrossing)),
        ];

        Matrix<double> Part(Matrix<double> rows, int head) => rows.SubMatrix(0, rows.RowCount, head * size, size);
    }
}
