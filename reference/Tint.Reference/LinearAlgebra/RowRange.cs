using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.LinearAlgebra;

/// <summary>Some of the rows of a column-major matrix, as one thread works on them: a column at a time, as the numbers lie.</summary>
internal readonly struct RowRange
{
    private readonly double[] _entries;
    private readonly int _rows;
    private readonly int _columns;
    private readonly Range _range;

    private RowRange(double[] entries, int rows, int columns, Range range) => (_entries, _rows, _columns, _range) = (entries, rows, columns, range);

    /// <summary>How many rows they are.</summary>
    public int Count => _range.End.Value - _range.Start.Value;

    /// <summary>Runs <paramref name="body"/> on ranges that cover all rows, in parallel where the work is worth it.</summary>
    public static void ForAll(Matrix<double> matrix, int workPerEntry, Action<RowRange> body)
    {
        var (entries, rows, columns) = (ColumnMajor.Writable(matrix), matrix.RowCount, matrix.ColumnCount);
        Parallelism.ForRanges(rows, (long)workPerEntry * columns, (from, to) => body(new RowRange(entries, rows, columns, from..to)));
    }

    /// <summary>Σ_d x_td of each row.</summary>
    public double[] Sums()
    {
        var sums = new double[Count];
        for (var column = 0; column < _columns; column++)
        {
            Elementwise.AddScaled(sums, Column(column), 1);
        }

        return sums;
    }

    /// <summary>Σ_d (x_td − m_t)² of each row, for numbers m of the rows.</summary>
    public double[] SquaredDistances(ReadOnlySpan<double> m)
    {
        var sums = new double[Count];
        for (var column = 0; column < _columns; column++)
        {
            Elementwise.AddSquaredDistances(sums, Column(column), m);
        }

        return sums;
    }

    /// <summary>x_td ← w·(x_td − mean_t)/deviation_t + (1 − w)·x_td.</summary>
    public void Normalise(ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation, double w)
    {
        for (var column = 0; column < _columns; column++)
        {
            Elementwise.Normalise(Column(column), mean, deviation, w, Column(column));
        }
    }

    private Span<double> Column(int column) => _entries.AsSpan(column * _rows, _rows)[_range];
}
