using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

/// <summary>One product C ← α·op(A)·op(B) + β·C with random entries, and how far from it a result may be.</summary>
public sealed record ProductCase(int Rows, int Depth, int Columns, Transpose TransposeA, Transpose TransposeB, double Alpha, double Beta, int Seed)
{
    /// <summary>A as it is stored, before op.</summary>
    public T[] A<T>()
        where T : INumber<T> => Entries<T>(Rows * Depth, Seed);

    /// <summary>B as it is stored, before op.</summary>
    public T[] B<T>()
        where T : INumber<T> => Entries<T>(Depth * Columns, Seed + 1);

    /// <summary>C before the product; all NaN if β = 0, where it must not be read.</summary>
    public T[] C<T>()
        where T : IFloatingPointIeee754<T>
    {
        var entries = Entries<T>(Rows * Columns, Seed + 2);
        if (Beta == 0)
        {
            Array.Fill(entries, T.NaN);
        }

        return entries;
    }

    /// <summary>Runs the product on a provider.</summary>
    public T[] Run<T>(ILinearAlgebraProvider<T> provider)
        where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(provider);
        var c = C<T>();
        var (rowsA, columnsA) = TransposeA == Transpose.DontTranspose ? (Rows, Depth) : (Depth, Rows);
        var (rowsB, columnsB) = TransposeB == Transpose.DontTranspose ? (Depth, Columns) : (Columns, Depth);
        provider.MatrixMultiplyWithUpdate(
            TransposeA, TransposeB, T.CreateChecked(Alpha), A<T>(), rowsA, columnsA, B<T>(), rowsB, columnsB, T.CreateChecked(Beta), c);
        return c;
    }

    /// <summary>
    /// The greatest error of <paramref name="result"/> in units of its bound γ_{k+1}·(|α|·Σ|a||b| + |β·c|), γ_n = n·u/(1 − n·u): every term
    /// meets at most k roundings along its chain and the blocks of depth, and one for α; β·c meets one for each block and one for β.
    /// The exact value is a compensated float64 sum, whose error is a rounding of itself, u·|exact|, on top: hence k + 2 with float64.
    /// </summary>
    public double ErrorInBounds<T>(T[] result)
        where T : IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(result);
        var u = double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;
        var roundings = typeof(T) == typeof(double) ? Depth + 2 : Depth + 1;
        var gamma = roundings * u / (1 - (roundings * u));
        double[] a = ToDouble(A<T>()), b = ToDouble(B<T>()), c = ToDouble(C<T>());
        double alpha = double.CreateChecked(T.CreateChecked(Alpha)), beta = double.CreateChecked(T.CreateChecked(Beta));
        double[] row = new double[Depth + 1], column = new double[Depth + 1];
        var worst = 0.0;
        for (var j = 0; j < Columns; j++)
        {
            for (var i = 0; i < Rows; i++)
            {
                for (var p = 0; p < Depth; p++)
                {
                    // Exact: α has few bits and entries of A at most 40.
                    row[p] = alpha * a[TransposeA == Transpose.DontTranspose ? (p * Rows) + i : (i * Depth) + p];
                    column[p] = b[TransposeB == Transpose.DontTranspose ? (j * Depth) + p : (p * Columns) + j];
                }

                row[Depth] = beta;
                column[Depth] = beta == 0 ? 0 : c[(j * Rows) + i];
                var exact = Compensated.Dot(row, column);
                var magnitude = 0.0;
                for (var p = 0; p <= Depth; p++)
                {
                    magnitude += Math.Abs(row[p] * column[p]);
                }

                var error = Math.Abs(double.CreateChecked(result[(j * Rows) + i]) - exact);
                worst = Worse(worst, error == 0 ? 0 : error / (gamma * magnitude));
            }
        }

        return worst;
    }

    private static double Worse(double x, double y) => double.IsNaN(x) || double.IsNaN(y) ? double.NaN : Math.Max(x, y);

    private static double[] ToDouble<T>(T[] values)
        where T : INumber<T> => Array.ConvertAll(values, double.CreateChecked);

    private static T[] Entries<T>(int count, int seed)
        where T : INumber<T>
    {
        var random = new Random(seed);
        var entries = new T[count];
        for (var i = 0; i < count; i++)
        {
            // At most 40 bits; magnitudes up to 2⁸, few of them, so that sums do not hide behind one term.
            var mantissa = Math.ScaleB(random.NextInt64(-(1L << 40), 1L << 40), -40);
            entries[i] = T.CreateChecked(Math.ScaleB(mantissa, random.Next(-8, 9)));
        }

        return entries;
    }
}
