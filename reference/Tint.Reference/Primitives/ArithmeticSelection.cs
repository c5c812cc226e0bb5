using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <content>Selecting and placing rows and columns, and masks: operations that round nothing.</content>
public sealed partial class Arithmetic
{
    /// <summary>Rows <paramref name="kept"/> of a matrix.</summary>
    public static Tracked Rows(Tracked a, IReadOnlyList<int> kept)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(kept);
        return Map(a, matrix =>
        {
            var part = Matrix<double>.Build.Dense(kept.Count, matrix.ColumnCount);
            for (var column = 0; column < matrix.ColumnCount; column++)
            {
                var source = ColumnMajor.Column(matrix, column);
                var target = ColumnMajor.Column(part, column);
                for (var row = 0; row < kept.Count; row++)
                {
                    target[row] = source[kept[row]];
                }
            }

            return part;
        });
    }

    /// <summary>Columns <paramref name="kept"/> of a matrix.</summary>
    public static Tracked Columns(Tracked a, IReadOnlyList<int> kept)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(kept);
        return Map(a with { NonzeroColumns = null }, matrix =>
        {
            var part = Matrix<double>.Build.Dense(matrix.RowCount, kept.Count);
            for (var column = 0; column < kept.Count; column++)
            {
                ColumnMajor.Column(matrix, kept[column]).CopyTo(ColumnMajor.Column(part, column));
            }

            return part;
        });
    }

    /// <summary>Places the rows of a matrix at <paramref name="places"/> of one with <paramref name="count"/> rows, the others zero.</summary>
    public static Tracked SpreadRows(Tracked a, IReadOnlyList<int> places, int count)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(places);
        return Map(a, matrix =>
        {
            var spread = Matrix<double>.Build.Dense(count, matrix.ColumnCount);
            for (var column = 0; column < matrix.ColumnCount; column++)
            {
                var source = ColumnMajor.Column(matrix, column);
                var target = ColumnMajor.Column(spread, column);
                for (var row = 0; row < places.Count; row++)
                {
                    target[places[row]] = source[row];
                }
            }

            return spread;
        });
    }

    /// <summary>Places the columns of a matrix at <paramref name="places"/> of one with <paramref name="count"/> columns, the others zero.</summary>
    public static Tracked SpreadColumns(Tracked a, IReadOnlyList<int> places, int count)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(places);
        return Map(a with { NonzeroColumns = places }, matrix =>
        {
            var spread = Matrix<double>.Build.Dense(matrix.RowCount, count);
            for (var column = 0; column < places.Count; column++)
            {
                ColumnMajor.Column(matrix, column).CopyTo(ColumnMajor.Column(spread, places[column]));
            }

            return spread;
        });
    }

    /// <summary>Keeps entry (i, j) where <paramref name="keep"/> says so and sets the others to 0.</summary>
    public static Tracked Mask(Tracked a, Func<int, int, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(keep);
        return Map(a, matrix => matrix.MapIndexed((i, j, value) => keep(i, j) ? value : 0, Zeros.Include));
    }

    /// <summary>Sets the given rows to 0 except for their diagonal entries.</summary>
    public static Tracked KeepDiagonalOfRows(Tracked a, IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(rows);
        return Map(a, matrix =>
        {
            var masked = matrix.Clone();
            for (var column = 0; column < matrix.ColumnCount; column++)
            {
                var target = ColumnMajor.Column(masked, column);
                foreach (var row in rows)
                {
                    target[row] = row == column ? target[row] : 0;
                }
            }

            return masked;
        });
    }

    /// <summary>Entries above the diagonal set to 0.</summary>
    public static Tracked LowerTriangle(Tracked a) => Mask(a, static (i, j) => j <= i);

    private static Tracked Map(Tracked a, Func<Matrix<double>, Matrix<double>> map) =>
        a with { Value = map(a.Value), Error = a.Error is null ? null : map(a.Error), IsIdentity = false };
}
