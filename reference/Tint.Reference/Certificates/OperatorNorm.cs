using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Certificates;

/// <summary>A proven upper bound on the spectral norm of a matrix, without singular values.</summary>
public static class OperatorNorm
{
    private const int Squarings = 5;

    /// <summary>
    /// ‖W‖₂ ≤ ‖(WᵀW)^{32}‖_F^{1/64}: the power's Frobenius norm is at most √n times its largest eigenvalue, so that for n columns
    /// (or rows, whichever are fewer) the bound is at most n^{1/128} times the norm, 1.06 for n = 1000.
    /// </summary>
    /// <remarks>
    /// Rounding: with M̂ the computed product of two symmetric n × n matrices, ‖M̂ − M‖_F ≤ γ_n‖M‖_F‖M‖_F, which is added to the norm at
    /// every step before it is passed on.
    /// </remarks>
    /// <exception cref="RuleViolationException">An entry is not finite.</exception>
    public static double UpperBound(Matrix<double> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Require.Finite(matrix, "the matrix whose norm is bounded");
        var largest = matrix.Enumerate().Max(Math.Abs);
        if (largest == 0)
        {
            return 0;
        }

        var scaled = matrix / largest;
        var power = matrix.ColumnCount <= matrix.RowCount ? scaled.TransposeThisAndMultiply(scaled) : scaled.TransposeAndMultiply(scaled);
        var inner = Math.Max(matrix.RowCount, matrix.ColumnCount);
        var norm = power.FrobeniusNorm();

        // power/unit is the computed matrix, deviation a bound on its distance from the exact power over unit, in the Frobenius norm.
        var deviation = FloatingPoint.Binary64.Gamma(inner) * scaled.FrobeniusNorm() * scaled.FrobeniusNorm();
        var logarithm = 0.0;
        for (var squaring = 0; squaring < Squarings; squaring++)
        {
            var unit = norm + deviation;
            power /= unit;
            logarithm = (2 * logarithm) + (2 * Math.Log(unit));
            deviation = ((2 * deviation / unit) + FloatingPoint.Binary64.Gamma(inner + 2)) * (1 + FloatingPoint.Binary64.Gamma(inner + 2));
            power = power.Multiply(power);
            norm = power.FrobeniusNorm();
        }

        logarithm += Math.Log(norm + deviation);
        return FloatingPoint.Up(largest * Math.Exp(logarithm / (1 << (Squarings + 1))), matrix.RowCount * (long)matrix.ColumnCount);
    }
}
