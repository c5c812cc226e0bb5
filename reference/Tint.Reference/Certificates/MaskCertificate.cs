using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>
/// What the train mask m takes out of the gradient beside the loss of untrained targets: attention's backward drops a_ji g_j for j &gt; i with
/// m_j = 0, and every descent drops the positions with m_t = 0. Both are exact identities; see certificates.md, section 3.
/// </summary>
public static class MaskCertificate
{
    /// <summary>
    /// Σ_{j &gt; i, m_j = 0} a_ji g_j, what the mask drops from Σ_j a_ji g_j in one head; row i, [T × d].
    /// </summary>
    /// <param name="head">The head's forward values.</param>
    /// <param name="g">The gradient at the head's output, [T × d].</param>
    /// <param name="trainMask">m, zeros and ones, [T].</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or the mask holds another number than 0 and 1.</exception>
    public static Matrix<double> DroppedFromValues(AttentionHead head, Matrix<double> g, Vector<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(g);
        Require.Shape(g, head.TokenCount, head.Value.ColumnCount, "the gradient at the head's output");
        CheckMask(trainMask, head.TokenCount);
        var dropped = Matrix<double>.Build.Dense(head.TokenCount, head.TokenCount, (j, i) =>
            j > i && trainMask.At(j) == 0 ? head.Weights.At(j, i) : 0);
        return dropped.TransposeThisAndMultiply(g);
    }

    /// <summary>Σ_{t: m_t = 0} g_t x_tᵀ, what a descent leaves out of the gradient of a linear layer's weights, [out × in].</summary>
    /// <param name="g">The gradient at the layer's output, [T × out].</param>
    /// <param name="x">The layer's input, [T × in].</param>
    /// <param name="trainMask">m, [T].</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or the mask holds another number than 0 and 1.</exception>
    public static Matrix<double> DroppedFromDescent(Matrix<double> g, Matrix<double> x, Vector<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(x);
        Require.Shape(x, g.RowCount, x.ColumnCount, "the input of the linear layer");
        CheckMask(trainMask, g.RowCount);
        var untrained = Matrix<double>.Build.Dense(g.RowCount, g.ColumnCount, (t, i) => (1 - trainMask.At(t)) * g.At(t, i));
        return untrained.TransposeThisAndMultiply(x);
    }

    /// <summary>
    /// True if the mask is zeros, then ones: then what attention's backward drops reaches untrained positions only, and no update of any
    /// layer depends on it.
    /// </summary>
    public static bool LeavesUpdatesAlone(Vector<double> trainMask)
    {
        CheckMask(trainMask, trainMask?.Count ?? 0);
        return Enumerable.Range(1, Math.Max(0, trainMask!.Count - 1)).All(t => trainMask.At(t) >= trainMask.At(t - 1));
    }

    internal static void CheckMask(Vector<double>? trainMask, int tokens)
    {
        ArgumentNullException.ThrowIfNull(trainMask);
        Require.Length(trainMask, tokens, "train_mask");
        for (var t = 0; t < tokens; t++)
        {
            if (trainMask.At(t) is not (0 or 1))
            {
                throw new RuleViolationException("train_mask must hold 0 and 1 only", $"{trainMask.At(t)} at {t}", "use 1 where a token is trained on");
            }
        }
    }
}
