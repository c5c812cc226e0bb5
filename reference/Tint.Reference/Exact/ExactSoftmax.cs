using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>Softmax over each row's scores, and its exact backward pass.</summary>
internal static class ExactSoftmax
{
    /// <summary>a_ij = exp(s_ij − max_l s_il)/Σ_l exp(s_il − max_l s_il) over the j that i may attend to, 0 elsewhere; [T × S].</summary>
    /// <param name="scores">s, [T × S].</param>
    /// <param name="allowed">Whether i may attend to j.</param>
    /// <exception cref="RuleViolationException">A score that counts is not finite, or a row has none.</exception>
    public static Matrix<double> Forward(Matrix<double> scores, Func<int, int, bool> allowed)
    {
        var (rows, columns) = (scores.RowCount, scores.ColumnCount);
        var seen = Entrywise.Matrix(
            rows, columns, (i, j) => allowed(i, j) ? Require.Finite(scores.At(i, j), "an attention score") : double.NegativeInfinity);
        var largest = Entrywise.RowMaxima(rows, columns, seen.At);
        if (Array.FindIndex(largest, double.IsNegativeInfinity) is >= 0 and var token)
        {
            throw new RuleViolationException(
                "every token must attend to itself or an earlier token", $"none for token {token}", "set the icl mask's diagonal to 1");
        }

        var exponentials = Entrywise.Matrix(rows, columns, (i, j) => Math.Exp(seen.At(i, j) - largest[i]));
        var sums = Entrywise.RowSums(rows, columns, exponentials.At);
        return Entrywise.Matrix(rows, columns, (i, j) => exponentials.At(i, j) / sums[i]);
    }

    /// <summary>∂s_ij = a_ij (∂a_ij − Σ_l a_il ∂a_il), [T × S].</summary>
    /// <param name="weights">a, [T × S].</param>
    /// <param name="gradient">∂a, [T × S].</param>
    public static Matrix<double> Backward(Matrix<double> weights, Matrix<double> gradient)
    {
        var (rows, columns) = (weights.RowCount, weights.ColumnCount);
        var means = Entrywise.RowSums(rows, columns, (i, l) => weights.At(i, l) * gradient.At(i, l));
        return Entrywise.Matrix(rows, columns, (i, j) => weights.At(i, j) * (gradient.At(i, j) - means[i]));
    }
}
