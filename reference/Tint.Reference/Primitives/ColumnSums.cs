using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>A matrix under construction whose columns are sums of weighted columns of other matrices, with the sums' error bounds.</summary>
internal sealed class ColumnSums
{
    private readonly Arithmetic _arithmetic;
    private readonly Matrix<double> _value;
    private readonly Matrix<double>? _error;
    private readonly bool[] _started;

    public ColumnSums(Arithmetic arithmetic, int rows, int columns)
    {
        _arithmetic = arithmetic;
        _value = Matrix<double>.Build.Dense(rows, columns);
        _error = arithmetic.Tracks ? Matrix<double>.Build.Dense(rows, columns) : null;
        _started = new bool[columns];
    }

    /// <summary>Adds weight·(a column of <paramref name="source"/>) to a column.</summary>
    public void Add(int column, Tracked source, int sourceColumn, double weight)
    {
        var target = Dense.Column(_value, column);
        var term = Dense.Column(source.Value, sourceColumn);
        if (!_started[column] && weight == 1)
        {
            term.CopyTo(target);
        }
        else
        {
            MultiplyAdd(target, term, weight);
        }

        if (_error is not null)
        {
            AddError(column, source, sourceColumn, weight);
        }

        _started[column] = true;
    }

    /// <summary>Places the rows of <paramref name="source"/> at the given rows and leaves the others at zero.</summary>
    public void SpreadRows(Tracked source, IReadOnlyList<int> rows)
    {
        for (var column = 0; column < source.ColumnCount; column++)
        {
            for (var row = 0; row < rows.Count; row++)
            {
                _value.At(rows[row], column, source.Value.At(row, column));
                _error?.At(rows[row], column, source.Error?.At(row, column) ?? 0);
            }

            _started[column] = true;
        }
    }

    /// <summary>The sums; null where nothing was added.</summary>
    public Tracked? ToTracked() => _started.Any(static started => started) ? new Tracked(_value, _error) : null;

    private void AddError(int column, Tracked source, int sourceColumn, double weight)
    {
        var error = Dense.Column(_error!, column);
        if (source.Error is not null)
        {
            MultiplyAdd(error, Dense.Column(source.Error, sourceColumn), Math.Abs(weight));
        }

        // One rounding for a product with a weight other than ±1, one for a sum with what was there before.
        var sum = Dense.Column(_value, column);
        var term = Dense.Column(source.Value, sourceColumn);
        var u = _arithmetic.UnitRoundoff;
        var product = Math.Abs(weight) == 1 ? 0 : u * Math.Abs(weight);
        for (var row = 0; row < error.Length; row++)
        {
            error[row] += (product * Math.Abs(term[row])) + (_started[column] ? u * (Math.Abs(sum[row]) + error[row]) : 0);
        }
    }

    private static void MultiplyAdd(Span<double> target, ReadOnlySpan<double> term, double weight)
    {
        for (var row = 0; row < target.Length; row++)
        {
            target[row] += weight * term[row];
        }
    }
}
