using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// A linear-algebra provider for Math.NET in managed code whose real matrix products and entry-by-entry operations use the machine's vector unit and threads;
/// everything else is Math.NET's managed provider. Matrices are column-major.
/// </summary>
/// <remarks>
/// <para>
/// An entry's sum over k terms is off by at most γ_{k+1}·|α|·Σ|a||b| + γ_{k+1}·|β·c|, γ_n = n·u/(1 − n·u): each term meets at most one
/// rounding a term and one for each block of terms. The bits of a result depend neither on <see cref="Control.MaxDegreeOfParallelism"/> nor on
/// the vector width (a machine without fused multiply-add gives other bits, within the same bound).
/// </para>
/// <para>With β = 0, C may hold anything, NaN included. An array that is both an operand and the result is copied first.</para>
/// </remarks>
public sealed class SimdLinearAlgebraProvider
    : ILinearAlgebraProvider, IVectorLinearAlgebra<double>, IVectorLinearAlgebra<float>, IManagedLinearAlgebra<Complex>, IManagedLinearAlgebra<Complex32>
{
    /// <summary>A provider that uses the machine's widest vectors.</summary>
    public SimdLinearAlgebraProvider()
        : this(VectorWidths.Widest)
    {
    }

    /// <summary>A provider that uses vectors of one width.</summary>
    /// <exception cref="RuleViolationException">The machine does not have it.</exception>
    public SimdLinearAlgebraProvider(VectorWidth width)
    {
        if (!VectorWidths.Available.Contains(width))
        {
            throw new RuleViolationException(
                "the vector width must be one that this machine runs in hardware", $"{width}", $"use one of {string.Join(", ", VectorWidths.Available)}");
        }

        Width = width;
    }

    /// <summary>The width in use.</summary>
    public VectorWidth Width { get; }

    /// <summary>result ← x·y, [rowsX × columnsY].</summary>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit each other or an array.</exception>
    public void MatrixMultiply(double[] x, int rowsX, int columnsX, double[] y, int rowsY, int columnsY, double[] result) =>
        Products<double>.Run(Width, new(x, rowsX, columnsX, y, rowsY, columnsY, result));

    /// <inheritdoc cref="MatrixMultiply(double[], int, int, double[], int, int, double[])"/>
    public void MatrixMultiply(float[] x, int rowsX, int columnsX, float[] y, int rowsY, int columnsY, float[] result) =>
        Products<float>.Run(Width, new(x, rowsX, columnsX, y, rowsY, columnsY, result));

    /// <summary>c ← α·op(a)·op(b) + β·c; the sizes are those of a and b before op.</summary>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit each other or an array.</exception>
    public void MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, double alpha, double[] a, int rowsA, int columnsA, double[] b, int rowsB, int columnsB, double beta, double[] c) =>
        Products<double>.Run(Width, new(transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c));

    /// <inheritdoc cref="MatrixMultiplyWithUpdate(Transpose, Transpose, double, double[], int, int, double[], int, int, double, double[])"/>
    public void MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, float alpha, float[] a, int rowsA, int columnsA, float[] b, int rowsB, int columnsB, float beta, float[] c) =>
        Products<float>.Run(Width, new(transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c));

    /// <summary>True: there is code for every machine.</summary>
    public bool IsAvailable() => true;

    /// <summary>Does nothing: the constructor has checked the width.</summary>
    public void InitializeVerify()
    {
    }

    /// <summary>Does nothing: buffers belong to the shared array pool, which gives them back to the collector by itself.</summary>
    public void FreeResources()
    {
    }

    /// <summary>The name, the width and the runtime, as a report shows them.</summary>
    public override string ToString() => Width == VectorWidth.Scalar
        ? $"simd (no vector unit with fused multiply-add, {RuntimeInformation.FrameworkDescription})"
        : $"simd ({(int)Width}-bit vectors, {RuntimeInformation.FrameworkDescription})";
}
