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
        int[] rows = [.. kept];
        return Map(a, matrix => ColumnMajor.Rows(matrix, rows));
    }

    /// <summary>Rows <paramref name="first"/> … <paramref name="end"/> − 1 of a matrix; the matrix itself if these are all.</summary>
    public static Tracked Rows(Tracked a, int first, int end)
    {
        ArgumentNullException.ThrowIfNull(a);
        return first == 0 && end == a.RowCount ? a : Map(a, matrix => matrix.SubMatrix(first, end - first, 0, matrix.ColumnCount));
    }

    /// <summary>Matrices of the same width, one below the other.</summary>
    public static Tracked Stack(IReadOnlyList<Tracked> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 1)
        {
            return parts[0];
        }

        Matrix<double> Joined(Func<Tracked, Matrix<double>> select)
        {
            var joined = Matrix<double>.Build.Dense(parts.Sum(part => part.RowCount), parts[0].ColumnCount);
            var first = 0;
            foreach (var part in parts)
            {
                joined.SetSubMatrix(first, 0, select(part));
                first += part.RowCount;
            }

            return joined;
        }

        var tracks = parts.All(part => part.Error is not null);
        return new Tracked(Joined(part => part.Value), tracks ? Joined(part => part.Error!) : null);
    }

    /// <summary>Two matrices of as many rows, one beside the other.</summary>
    public static Tracked Beside(Tracked left, Tracked right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        Matrix<double> Error(Tracked part) => part.Error ?? Matrix<double>.Build.Dense(part.RowCount, part.ColumnCount);
        return new Tracked(
            left.Value.Append(right.Value), left.Error is null && right.Error is null ? null : Error(left).Append(Error(right)));
    }

    /// <summary>The same entries, column by column, as a matrix of another shape.</summary>
    public static Tracked Reshape(Tracked a, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(a);
        return Map(a with { NonzeroColumns = null }, matrix => ColumnMajor.Wrap(rows, columns, matrix.ToColumnMajorArray()));
    }

    /// <summary>A matrix with every sign turned.</summary>
    public static Tracked Negative(Tracked a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a with { Value = ColumnMajor.Scaled(a.Value, -1), IsIdentity = false };
    }

    /// <summary>A matrix with rows of zeros below it, <paramref name="count"/> rows in all.</summary>
    public static Tracked PadRows(Tracked a, int count)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.RowCount == count ? a : Map(a, matrix =>
        {
            var padded = Matrix<double>.Build.Dense(count, matrix.ColumnCount);
            padded.SetSubMatrix(0, 0, matrix);
            return padded;
        });
    }

    /// <summary>Columns <paramref name="kept"/> of a matrix.</summary>
    public static Tracked Columns(Tracked a, IReadOnlyList<int> kept)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(kept);
        return Map(a with { NonzeroColumns = null }, matrix =>
        {
            var part = ColumnMajor.Uninitialized(matrix.RowCount, kept.Count);
            ColumnMajor.ForColumns(matrix.RowCount, kept.Count, column =>
                ColumnMajor.Column(matrix, kept[column]).CopyTo(ColumnMajor.Column(part, column)));
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
            int[] rows = [.. places];
            ColumnMajor.ForColumns(rows.Length, matrix.ColumnCount, column =>
            {
                var source = ColumnMajor.Column(matrix, column);
                var target = ColumnMajor.Column(spread, column);
                for (var row = 0; row < rows.Length; row++)
                {
                    target[rows[row]] = source[row];
                }
            });
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
            ColumnMajor.ForColumns(matrix.RowCount, places.Count, column =>
                ColumnMajor.Column(matrix, column).CopyTo(ColumnMajor.Column(spread, places[column])));
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

    /// <summary>Sets the given rows to 0 except for their diagonal entries; row i's is at column <paramref name="first"/> + i.</summary>
    public static Tracked KeepDiagonalOfRows(Tracked a, IReadOnlyList<int> rows, int first = 0)
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
                    target[row] = first + row == column ? target[row] : 0;
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
