using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;

namespace Tint.Verification.Engines;

/// <summary>
/// The rule of <c>input.icl_mask</c>: 0 or 1. Above the diagonal both mean the same, as in the published code: causality forbids what a 1 there allows.
/// </summary>
internal static class CausalMask
{
    /// <summary>Checks one sequence's mask, [T × T].</summary>
    /// <exception cref="RuleViolationException">An entry is neither 0 nor 1.</exception>
    public static void Check(Matrix<double> mask)
    {
        for (var row = 0; row < mask.RowCount; row++)
        {
            for (var column = 0; column < mask.ColumnCount; column++)
            {
                var value = mask.At(row, column);
                if (value is not (0 or 1))
                {
                    throw new RuleViolationException(
                        "input.icl_mask must be 0 or 1",
                        FormattableString.Invariant($"{value:R} in row {row}, column {column}"),
                        "use 1 where the row's token may attend to the column's");
                }
            }
        }
    }
}
