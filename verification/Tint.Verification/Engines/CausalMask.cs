using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;

namespace Tint.Verification.Engines;

/// <summary>The rule of <c>input.icl_mask</c>: 0 or 1, and 0 above the diagonal, where causality forbids what no mask can allow.</summary>
internal static class CausalMask
{
    /// <summary>Checks one sequence's mask, [T × T].</summary>
    /// <exception cref="RuleViolationException">An entry is neither 0 nor 1, or one above the diagonal is not 0.</exception>
    public static void Check(Matrix<double> mask)
    {
        for (var row = 0; row < mask.RowCount; row++)
        {
            for (var column = 0; column < mask.ColumnCount; column++)
            {
                var value = mask.At(row, column);
                if (value is not 0 && (value is not 1 || column > row))
                {
                    throw new RuleViolationException(
                        "input.icl_mask must be 0 or 1, and 0 above the diagonal",
                        FormattableString.Invariant($"{value:R} in row {row}, column {column}"),
                        column > row ? "put 0 there: no token attends to a later one" : "use 1 where the row's token may attend to the column's");
                }
            }
        }
    }
}
