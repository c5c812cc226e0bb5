using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Engines;

/// <summary>The rows of the tokens whose logits are wanted.</summary>
internal static class PredictedTokens
{
    /// <summary>Rows <paramref name="first"/> … T − 1 of a matrix of T rows; the matrix itself where these are all.</summary>
    /// <exception cref="RuleViolationException">There is no such token.</exception>
    public static Matrix<double> From(Matrix<double> rows, int first) => first == 0 ? rows
        : first > 0 && first < rows.RowCount ? ColumnMajor.Rows(rows, [.. Enumerable.Range(first, rows.RowCount - first)])
        : throw new RuleViolationException("the first token that is predicted must be one of the sequence", $"{first} of {rows.RowCount}", "use a smaller one");
}
