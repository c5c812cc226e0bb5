using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// AttentionScoreBackward's ∂q = Nc·D k and ∂k = Nc·Dᵀ q, D the stencil's difference of softmax(s + ⟨g_i, v_j⟩/N), against the exact gradients through the scores of one head:
/// truncation alone. The bounds vanish as attention becomes one-hot.
/// </summary>
/// <remarks>
/// Row i, with c_j = ⟨g_i, v_j⟩, r the range of c over what i sees, V = min(e^{r/N}·Var_a(c), r²/4): the error e_j of N·D_ij against a_ij(c_j − Σ_l a_il c_l) has Σ_j|e_j| ≤ V/N,
/// for the central stencil also (2rV + 3V^{3/2})/(6N²), and always r; and Σ_j e_j = 0. Derivation: certificates.md, section 11.
/// </remarks>
public static class ScoreDifferenceCertificate
{
    /// <summary>Bounds on the rows of ∂q's error, [T], and of ∂k's, [S].</summary>
    /// <param name="head">The head's forward values, as the module reads them.</param>
    /// <param name="g">The gradient at the head's output, [T × d].</param>
    /// <param name="scale">N.</param>
    /// <param name="stencil">The finite difference.</param>
    /// <exception cref="RuleViolationException">g has another shape than the head's values, an entry is not finite, or N is not positive.</exception>
    public static (Vector<double> Query, Vector<double> Key) Bound(AttentionHead head, Matrix<double> g, double scale, Stencil stencil)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(stencil);
        Require.Positive(scale, "FiniteDifferenceScale");
        Require.Shape(g, head.TokenCount, head.Value.ColumnCount, "the gradient at the head's output");
        Require.Finite(g, "the gradient at the head's output");
        var (query, key) = (Vector<double>.Build.Dense(head.TokenCount), Vector<double>.Build.Dense(head.KeyCount));
        var products = g.TransposeAndMultiply(head.Value);
        for (var i = 0; i < head.TokenCount; i++)
        {
            var entries = Row(head, products, i, scale, stencil);
            var peak = Enumerable.Range(0, head.Seen(i)).MaxBy(j => head.Weights.At(i, j));
            double weighted = 0, farthest = 0, norm = RowNorms.TwoNorm(head.Query.Row(i));
            for (var j = 0; j < entries.Each.Length; j++)
            {
                var distance = RowNorms.TwoNorm(head.Key.Row(j) - head.Key.Row(peak));
                weighted += entries.Each[j] * distance;
                farthest = Math.Max(farthest, distance);
                key.At(j, key.At(j) + (head.ScoreScale * entries.Each[j] * norm));
            }

            query.At(i, head.ScoreScale * Math.Min(weighted, entries.Sum * farthest));
        }

        long terms = head.KeyCount + head.TokenCount + (2L * head.Value.ColumnCount);
        return (query.Map(value => FloatingPoint.Up(value, terms), Zeros.Include), key.Map(value => FloatingPoint.Up(value, terms), Zeros.Include));
    }

    /// <summary>Bounds on |e_j| for each j that i sees, and on their sum.</summary>
    private static (double[] Each, double Sum) Row(AttentionHead head, Matrix<double> products, int i, double scale, Stencil stencil)
    {
        var seen = head.Seen(i);
        var (mean, least, largest, size) = (0.0, double.PositiveInfinity, double.NegativeInfinity, 0.0);
        for (var j = 0; j < seen; j++)
        {
            var product = products.At(i, j);
            mean += head.Weights.At(i, j) * product;
            (least, largest, size) = (Math.Min(least, product), Math.Max(largest, product), Math.Max(size, Math.Abs(product)));
        }

        // What products and the mean are off by widens the range and each distance from the mean.
        var slack = FloatingPoint.Binary64.Gamma(seen + products.ColumnCount + (4L * head.Value.ColumnCount)) * 2 * size;
        var range = largest - least + (2 * slack);
        var spread = 0.0;
        for (var j = 0; j < seen; j++)
        {
            var distance = Math.Abs(products.At(i, j) - mean) + slack;
            spread += head.Weights.At(i, j) * distance * distance;
        }

        var tilt = Math.Exp(range / scale);
        var variance = Math.Min(tilt * spread, range * range / 4);
        var sum = variance / scale;
        var single = tilt * range * range / (2 * scale);
        if (stencil.Order > 1)
        {
            sum = Math.Min(sum, stencil.Remainder * ((2 * range * variance) + (3 * variance * Math.Sqrt(variance))) / scale / scale);
            single = Math.Min(single, stencil.Remainder * tilt * ((range * range * range) + (4 * range * variance)) / scale / scale);
        }

        sum = Math.Min(sum, range);
        return ([.. Enumerable.Range(0, seen).Select(j => Math.Min(sum, head.Weights.At(i, j) * single))], sum);
    }
}
