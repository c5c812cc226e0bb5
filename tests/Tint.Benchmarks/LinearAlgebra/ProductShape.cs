namespace Tint.Benchmarks.LinearAlgebra;

/// <summary>The sizes of a product [m × k]·[k × n] and which operands are transposed.</summary>
public sealed record ProductShape(int Rows, int Depth, int Columns, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>Floating-point operations: a multiplication and an addition for each term.</summary>
    public double Operations => 2.0 * Rows * Depth * Columns;

    /// <summary>The sizes, with T for a transposed operand.</summary>
    public override string ToString() => $"{Rows}x{Depth}{(TransposeA ? "T" : "")}*{Depth}x{Columns}{(TransposeB ? "T" : "")}";
}
