using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// A bound on the rows of g̃ − g that travels backward through the auxiliary model, g̃ the simulated and g the true gradient at the same place.
/// </summary>
/// <remarks>
/// Exact backward B is linear in the gradient and S is what TinT does instead, so S(g̃) − B(g) = [S(g̃) − B(g̃)] + B(g̃ − g): each step takes the
/// errors through B by an operator norm, and <see cref="Plus(Vector{double})"/> adds the certificate of S at the simulated gradient. Rows are
/// tokens; only attention mixes them. Chains are immutable. See certificates.md, section 6.
/// </remarks>
public sealed class CertificateChain
{
    private CertificateChain(Vector<double> rowErrors) => RowErrors = rowErrors;

    /// <summary>Bounds on ‖g̃_t − g_t‖₂, [T].</summary>
    public Vector<double> RowErrors { get; }

    /// <summary>A bound on ‖g̃ − g‖_F.</summary>
    public double FrobeniusError => RowNorms.Upper(RowErrors);

    /// <summary>A gradient without error at <paramref name="tokens"/> positions.</summary>
    public static CertificateChain Exact(int tokens) =>
        new(Vector<double>.Build.Dense(Require.AtLeast(tokens, 1, "tokens")));

    /// <summary>A gradient whose rows have at most these errors, [T].</summary>
    /// <exception cref="RuleViolationException">A bound is negative or not finite.</exception>
    public static CertificateChain From(Vector<double> rowErrors)
    {
        CheckBounds(rowErrors);
        return new(rowErrors.Clone());
    }

    /// <summary>y = W x + b; back: δ ↦ Wᵀδ, e_t ← ‖W‖e_t.</summary>
    /// <param name="operatorNorm">A bound on ‖W‖₂, as <see cref="OperatorNorm.UpperBound"/> gives it.</param>
    public CertificateChain Linear(double operatorNorm) =>
        Map(RowErrors * Require.AtLeast(Require.Finite(operatorNorm, "the norm of W"), 0, "the norm of W"));

    /// <summary>y = σ(z); back: δ ↦ σ′(z)∘δ, e_t ← max_i|σ′(z_ti)|e_t.</summary>
    /// <param name="kind">σ.</param>
    /// <param name="z">The auxiliary model's z, [T × inner].</param>
    public CertificateChain Activation(ActivationKind kind, Matrix<double> z)
    {
        CheckRows(z, "the argument of the activation");

        // Derivatives are computed to 8u|z|, see section 5, which the bound on σ′ over all reals caps.
        var slack = 8 * FloatingPoint.Binary64.UnitRoundoff;
        var ceiling = kind == ActivationKind.Relu ? 1 : ActivationCurvature.Of(kind).DerivativeBound;
        var slopes = z.EnumerateRows().Select(row =>
            row.Max(at => Math.Min(ceiling, Math.Abs(ActivationFunction.Derivative(kind, at)) + (slack * (1 + Math.Abs(at))))));
        return Map(RowErrors.PointwiseMultiply(Vector<double>.Build.DenseOfEnumerable(slopes)));
    }

    /// <summary>y = γ∘f(x) + β; back: δ ↦ Df(x)(γ∘δ), e_t ← (max|γ|/s_t)e_t, as ‖Df(x)‖ ≤ 1/s.</summary>
    /// <param name="x">The auxiliary model's x, [T × D].</param>
    /// <param name="weightNorm">max|γ|, or ‖Γ‖₂ where a descent has made γ dense.</param>
    /// <param name="epsilon">eps.</param>
    public CertificateChain LayerNorm(Matrix<double> x, double weightNorm, double epsilon)
    {
        CheckRows(x, "the input of the normalisation");
        Require.AtLeast(Require.Finite(weightNorm, "the norm of γ"), 0, "the norm of γ");
        var still = Vector<double>.Build.Dense(x.ColumnCount);
        var gains = x.EnumerateRows().Select(row => weightNorm / new NormalisationSegment(row, still, epsilon).SmallestDeviation);
        return Map(RowErrors.PointwiseMultiply(Vector<double>.Build.DenseOfEnumerable(gains)));
    }

    /// <summary>y = γ∘x/s, s = √(mean x² + eps); back: δ ↦ Df(x)(γ∘δ), e_t ← (max|γ|/s_t)e_t, as ‖Df(x)‖ ≤ 1/s.</summary>
    /// <param name="x">The auxiliary model's x, [T × D].</param>
    /// <param name="weightNorm">max|γ|, or ‖Γ‖₂ where a descent has made γ dense.</param>
    /// <param name="epsilon">eps.</param>
    public CertificateChain RmsNorm(Matrix<double> x, double weightNorm, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(x);

        // A token beside its mirror image has mean 0 and the same s (section 7).
        return LayerNorm(x.Append(-x), weightNorm, epsilon);
    }

    /// <summary>y = a∘b, entry by entry; back to a: δ ↦ b∘δ, e_t ← max_i|b_ti|e_t.</summary>
    /// <param name="other">The auxiliary model's b, [T × D]; a, for the way back to b.</param>
    public CertificateChain Product(Matrix<double> other)
    {
        CheckRows(other, "the other factor of the product");
        return Map(RowErrors.PointwiseMultiply(Vector<double>.Build.DenseOfEnumerable(other.EnumerateRows().Select(row => row.AbsoluteMaximum()))));
    }

    /// <summary>
    /// Attention from its input to the concatenated heads' outputs; back: e_t ← ‖W_V‖Σ_i max_h a_it e_i + ‖W_Q‖max_h Query_t e_t
    /// + ‖W_K‖Σ_i max_h Key_it e_i with the gains of <see cref="ScorePathBound"/>; values and keys that G query heads share get √G times as much.
    /// </summary>
    /// <param name="heads">The auxiliary model's heads.</param>
    /// <param name="norms">Norms of the projections.</param>
    /// <param name="group">G, the query heads that share a key and a value.</param>
    public CertificateChain Attention(IReadOnlyList<AttentionHead> heads, AttentionNorms norms, int group = 1)
    {
        var (queries, keys) = Across(heads, norms, group);
        return queries.Plus(keys);
    }

    /// <summary>
    /// Attention on another sequence, from both inputs to the heads' outputs; back: e_t ← ‖W_Q‖max_h Query_t e_t at the tokens that ask, and e_s ← √G Σ_i (‖W_V‖max_h a_is +
    /// ‖W_K‖max_h Key_is)e_i at those that answer.
    /// </summary>
    /// <param name="heads">The auxiliary model's heads.</param>
    /// <param name="norms">Norms of the projections.</param>
    /// <param name="group">G, the query heads that share a key and a value.</param>
    public (CertificateChain Asking, CertificateChain Answering) Across(IReadOnlyList<AttentionHead> heads, AttentionNorms norms, int group = 1)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(norms);
        Require.AtLeast(group, 1, "the query heads of a group");
        foreach (var head in heads)
        {
            CheckRows(head.Query, "the queries");
        }

        var gains = heads.Select(ScorePathBound.Of).ToArray();
        var values = AttentionCertificate.Largest(heads.Select(head => head.Weights));
        var keys = AttentionCertificate.Largest(gains.Select(gain => gain.Key));
        var queries = gains.Select(gain => gain.Query).Aggregate((left, right) => left.PointwiseMaximum(right));
        return (
            Map(norms.Query * queries.PointwiseMultiply(RowErrors)),
            Map(Math.Sqrt(group) * ((norms.Value * values) + (norms.Key * keys)).LeftMultiply(RowErrors)));
    }

    /// <summary>Attention's value path alone, from the values to the concatenated heads' outputs; back: e_t ← Σ_i max_h a_it e_i.</summary>
    /// <param name="heads">The auxiliary model's heads.</param>
    public CertificateChain AttentionValues(IReadOnlyList<AttentionHead> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        foreach (var head in heads)
        {
            CheckRows(head.Query, "the queries");
        }

        return Map(AttentionCertificate.Largest(heads.Select(head => head.Weights)).LeftMultiply(RowErrors));
    }

    /// <summary>From a head's outputs to its queries and keys through the scores; back: e_t ← max_h Query_t e_t at queries and Σ_i max_h Key_it e_i at keys.</summary>
    /// <param name="heads">The auxiliary model's heads.</param>
    public (CertificateChain Query, CertificateChain Key) AttentionScores(IReadOnlyList<AttentionHead> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        foreach (var head in heads)
        {
            CheckRows(head.Query, "the queries");
        }

        var gains = heads.Select(ScorePathBound.Of).ToArray();
        var queries = gains.Select(gain => gain.Query).Aggregate((left, right) => left.PointwiseMaximum(right));
        return (
            Map(queries.PointwiseMultiply(RowErrors)),
            Map(AttentionCertificate.Largest(gains.Select(gain => gain.Key)).LeftMultiply(RowErrors)));
    }

    /// <summary>Adds the certificate of the module just passed, [T].</summary>
    /// <exception cref="RuleViolationException">Another number of rows, or a bound that is negative or not finite.</exception>
    public CertificateChain Plus(Vector<double> local)
    {
        CheckBounds(local);
        Require.Length(local, RowErrors.Count, "the local certificate");
        return Map(RowErrors + local);
    }

    /// <summary>The error of a sum of gradients: a residual connection, or the chunks of the MLP.</summary>
    public CertificateChain Plus(CertificateChain other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Plus(other.RowErrors);
    }

    /// <summary>
    /// A bound on ‖Σ_t m_t g̃_t x̃_tᵀ − Σ_t g_t x_tᵀ‖_F, the simulated descent's gradient of a linear layer against the true one, with this
    /// chain at the layer's output: min(Σ_t e_t‖x_t‖, ‖e‖‖X‖₂) + ‖Σ_{m_t = 0} g̃_t x_tᵀ‖_F + Σ_t m_t‖g̃_t‖‖x̃_t − x_t‖,
    /// and the rounding of the three sums in float64.
    /// </summary>
    /// <param name="simulated">g̃, [T × out].</param>
    /// <param name="x">The auxiliary model's input, [T × in]; a column of ones for the bias.</param>
    /// <param name="stored">x̃, what the simulated forward pass stored, [T × in].</param>
    /// <param name="trainMask">m, [T].</param>
    public double WeightGradient(Matrix<double> simulated, Matrix<double> x, Matrix<double> stored, Vector<double> trainMask)
    {
        CheckRows(simulated, "the simulated gradient");
        CheckRows(x, "the layer's input");
        ArgumentNullException.ThrowIfNull(stored);
        Require.Shape(stored, x.RowCount, x.ColumnCount, "the stored input of the layer");
        var gradientNorms = RowNorms.Of(simulated);
        var inputNorms = RowNorms.Of(x);
        var carried = Math.Min(RowErrors.DotProduct(inputNorms), FrobeniusError * OperatorNorm.UpperBound(x));
        var dropped = RowNorms.Upper(RowNorms.Of(MaskCertificate.DroppedFromDescent(simulated, x, trainMask)));
        var drift = trainMask.PointwiseMultiply(gradientNorms).DotProduct(RowNorms.Of(stored - x));
        var rounding = 3 * FloatingPoint.Binary64.Gamma(x.RowCount + 2) * gradientNorms.DotProduct(inputNorms + RowNorms.Of(stored));
        var lost = FloatingPoint.Binary64.Underflow(3.0 * x.RowCount * simulated.ColumnCount * x.ColumnCount);
        return FloatingPoint.Up(carried + dropped + drift + rounding + lost, (long)simulated.ColumnCount * x.ColumnCount);
    }

    private static CertificateChain Map(Vector<double> rowErrors) =>
        new(rowErrors.Map(value => FloatingPoint.Up(value, rowErrors.Count)));

    private static void CheckBounds(Vector<double> bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        Require.Finite(bounds, "a bound on an error");
        foreach (var bound in bounds)
        {
            Require.AtLeast(bound, 0, "a bound on an error");
        }
    }

    private void CheckRows(Matrix<double> matrix, string name)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Require.Shape(matrix, RowErrors.Count, matrix.ColumnCount, name);
        Require.Finite(matrix, name);
    }
}
