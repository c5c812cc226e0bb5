using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Rounding;

/// <summary>
/// Random relative changes of at most u, for Monte Carlo arithmetic: a computation whose operands and results are moved like this is off by about
/// what rounding makes it be off by, cancellations and factors N included, and nothing has to be known about how errors travel.
/// </summary>
/// <remarks>
/// D. S. Parker, Monte Carlo Arithmetic (UCLA CSD-970002, 1997). A change depends on the seed, the number and its place alone, so that a run can be
/// repeated on any number of threads.
/// </remarks>
/// <param name="unitRoundoff">u.</param>
/// <param name="seed">Another seed, other changes.</param>
public sealed class RoundingNoise(double unitRoundoff, int seed)
{
    private readonly double _unitRoundoff = Require.Positive(unitRoundoff, "unit roundoff");

    /// <summary>x(1 + δ), δ uniform in −u … u.</summary>
    internal double On(double x, int row, int column)
    {
        // The finaliser of SplitMix64, twice.
        var bits = Mixed(Mixed((ulong)BitConverter.DoubleToInt64Bits(x) + ((ulong)(uint)seed << 32)) + ((ulong)(uint)row << 32) + (uint)column);
        return x * (1 + (_unitRoundoff * ((bits >> 11) * (2.0 / (1UL << 53)) - 1)));
    }

    /// <summary>The change of every entry.</summary>
    internal Matrix<double> On(Matrix<double> matrix)
    {
        var changed = ColumnMajor.Uninitialized(matrix.RowCount, matrix.ColumnCount);
        var entries = ColumnMajor.Entries(matrix);
        ColumnMajor.ForColumns(matrix.RowCount, matrix.ColumnCount, column =>
        {
            var target = ColumnMajor.Column(changed, column);
            for (var row = 0; row < target.Length; row++)
            {
                target[row] = On(entries[(column * target.Length) + row], row, column);
            }
        });
        return changed;
    }

    private static ulong Mixed(ulong x)
    {
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EBUL);
        return x ^ (x >> 31);
    }
}
