using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>
/// A matrix and, where rounding is followed, an elementwise bound on how far rounding can have moved it from its value in exact arithmetic.
/// </summary>
/// <param name="Value">The numbers, [rows × columns].</param>
/// <param name="Error">The bound, of the same shape; null says that no rounding has happened, or that none is followed.</param>
public sealed record Tracked(Matrix<double> Value, Matrix<double>? Error = null)
{
    /// <summary>True where <see cref="Value"/> is known to be an identity, so that a product with it is the other factor.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>The columns that can differ from zero, where only some can; null where nothing is known.</summary>
    public IReadOnlyList<int>? NonzeroColumns { get; init; }

    /// <summary>The number of rows.</summary>
    public int RowCount => Value.RowCount;

    /// <summary>The number of columns.</summary>
    public int ColumnCount => Value.ColumnCount;
}
