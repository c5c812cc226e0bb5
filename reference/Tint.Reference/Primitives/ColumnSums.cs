using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>
/// A matrix under construction whose columns are sums of weighted columns of other matrices, with the sums' error bounds. Different columns
/// may be added to at once.
/// </summary>
internal sealed class ColumnSums
{
    private readonly Arithmetic _arithmetic;
    private readonly Matrix<double> _value;
    private readonly Matrix<double>? _error;
    private readonly bool[] _started;

    public ColumnSums(Arithmetic arithmetic, int rows, int columns)
    {
        _arithmetic = arithmetic;
        _value = ColumnMajor.Uninitialized(rows, columns);
        _error = arithmetic.Tracks ? Matrix<double>.Build.Dense(rows, columns) : null;
        _started = new bool[columns];
    }

    /// <summary>Adds weight·(a column of <paramref name="source"/>) to a column.</summary>
    public void Add(int column, Tracked source, int sourceColumn, double weight)
    {
        var target = ColumnMajor.Column(_value, column);
        var term = Term(source, sourceColumn, column);
        if (!_started[column])
        {
            Elementwise.Scale(term, weight, target);
        }
        else
        {
            Elementwise.AddScaled(target, term, weight);
        }

        if (_error is not null)
        {
            AddError(column, source, sourceColumn, weight);
        }

        _started[column] = true;
    }

    /// <summary>The sums; null where nothing was added.</summary>
    public Tracked? ToTracked()
    {
        if (Array.IndexOf(_started, true) < 0)
        {
            return null;
        }

        for (var column = 0; column < _started.Length; column++)
        {
            if (!_started[column])
            {
                ColumnMajor.Column(_value, column).Clear();
            }
        }

        return new Tracked(_value, _error);
    }

    /// <summary>A column of the source; of perturbed arithmetic, with its noise, since products with the weight round before they cancel.</summary>
    private ReadOnlySpan<double> Term(Tracked source, int sourceColumn, int column)
    {
        ReadOnlySpan<double> term = ColumnMajor.Column(source.Value, sourceColumn);
        if (_arithmetic.Noise is not { } noise)
        {
            return term;
        }

        var perturbed = new double[term.Length];
        for (var row = 0; row < perturbed.Length; row++)
        {
            perturbed[row] = noise.On(term[row], row, column);
        }

        return perturbed;
    }

    private void AddError(int column, Tracked source, int sourceColumn, double weight)
    {
        // The term's error, that of a weight such as η or 1/N when it is written down, and one rounding of the sum with what was there before.
        var rounding = _arithmetic.Rounding!;
        var coefficient = new TrackedScalar(weight, Math.Abs(weight) == 1 ? 0 : rounding.UnitRoundoff * Math.Abs(weight));
        var error = ColumnMajor.Column(_error!, column);
        var sum = ColumnMajor.Column(_value, column);
        var term = ColumnMajor.Column(source.Value, sourceColumn);
        for (var row = 0; row < error.Length; row++)
        {
            var added = rounding.Scaled(term[row], source.Error?.At(row, sourceColumn) ?? 0, coefficient.Value, coefficient.Error);
            error[row] = _started[column]
                ? rounding.Combine(rounding.Combine(error[row], added), rounding.UnitRoundoff * Math.Abs(sum[row]))
                : added;
        }
    }
}
