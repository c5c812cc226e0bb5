using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Rounding;

/// <summary>
/// Which of several numbers may be one number computed several times, and how their errors add up. The same operations on the same operands round
/// the same way: of T equal tokens every one carries the same error, and a sum over them T times that error, not √T times.
/// </summary>
/// <remarks>
/// Two numbers count as repeated where their magnitudes are no further apart than the larger of their errors, directly or through others between
/// them. Numbers that differ by more have been rounded apart from each other, or come from other operands. Errors of one group add with absolute
/// values, those of different groups with squares: √Σ_g(Σ_{k∈g} f_k e_k)².
/// </remarks>
internal static class Repetition
{
    /// <summary>The group of each number, 0 … count − 1; null where no two are repeated.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="errors">Their errors; a number without one belongs to no group that matters.</param>
    public static int[]? Groups(ReadOnlySpan<double> values, ReadOnlySpan<double> errors)
    {
        var (sizes, order) = (new double[values.Length], new int[values.Length]);
        for (var k = 0; k < sizes.Length; k++)
        {
            (sizes[k], order[k]) = (Math.Abs(values[k]), k);
        }

        Array.Sort(sizes, order);
        var groups = new int[values.Length];
        var (group, isRepeated, before) = (0, false, -1);
        for (var place = 0; place < order.Length; place++)
        {
            var k = order[place];
            if (!(errors[k] > 0))
            {
                continue;
            }

            var joins = before >= 0 && !(sizes[place] - sizes[before] > Math.Max(errors[k], errors[order[before]]));
            isRepeated |= joins;
            groups[k] = joins || before < 0 ? group : ++group;
            before = place;
        }

        return isRepeated ? groups : null;
    }

    /// <summary>√Σ_g(Σ_{k∈g} f_k e_k)², f the factors that the errors e pass through.</summary>
    public static double Norm(int[]? groups, ReadOnlySpan<double> factors, ReadOnlySpan<double> errors)
    {
        Span<double> sums = errors.Length <= 256 ? stackalloc double[errors.Length] : new double[errors.Length];
        sums.Clear();
        for (var k = 0; k < errors.Length; k++)
        {
            sums[groups is null ? k : groups[k]] += errors[k] == 0 ? 0 : Math.Abs(factors[k]) * errors[k];
        }

        return TwoNorm(sums);
    }

    /// <summary>The errors that the rows of a left factor hand to a product: e_ik through b_kj, [m × n].</summary>
    /// <param name="values">The left factor, [m × k].</param>
    /// <param name="errors">Its errors, [m × k].</param>
    /// <param name="factors">The right factor, non-negative, [k × n].</param>
    public static Matrix<double> Through(Matrix<double> values, Matrix<double> errors, Matrix<double> factors)
    {
        (values, errors, factors) = (Dense(values), Dense(errors), Dense(factors));

        // Squares of the rows over their largest entry and of the columns over theirs, which neither overflow nor, but for 2k·η, underflow.
        var (rows, columns) = (Largest(errors.Transpose()), Largest(factors));
        var left = Over(errors.Transpose(), rows).Transpose();
        var squares = ColumnMajor.Product(left.PointwisePower(2), Over(factors, columns).PointwisePower(2));
        var lost = 2 * values.ColumnCount * double.Epsilon;
        var inherited = squares.MapIndexed(
            (i, j, square) => rows[i] == 0 || columns[j] == 0 ? 0
                : double.IsFinite(rows[i]) ? Math.Sqrt(square + lost) * rows[i] * columns[j]
                : double.PositiveInfinity, Zeros.Include);

        var (transposed, transposedErrors) = (values.Transpose(), errors.Transpose());
        for (var i = 0; i < values.RowCount; i++)
        {
            ReadOnlySpan<double> rowErrors = ColumnMajor.Column(transposedErrors, i);
            if (Groups(ColumnMajor.Column(transposed, i), rowErrors) is { } groups)
            {
                for (var j = 0; j < factors.ColumnCount; j++)
                {
                    inherited.At(i, j, Norm(groups, ColumnMajor.Column(factors, j), rowErrors));
                }
            }
        }

        return inherited;
    }

    /// <summary>‖v‖₂ of non-negative numbers, without overflow or underflow of their squares.</summary>
    public static double TwoNorm(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
        {
            largest = Math.Max(largest, value);
        }

        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value / largest * (value / largest);
        }

        return largest * Math.Sqrt(sum);
    }

    /// <summary>The largest entry of every column.</summary>
    private static double[] Largest(Matrix<double> matrix)
    {
        var largest = new double[matrix.ColumnCount];
        for (var column = 0; column < largest.Length; column++)
        {
            foreach (var value in ColumnMajor.Column(matrix, column))
            {
                largest[column] = Math.Max(largest[column], value);
            }
        }

        return largest;
    }

    private static Matrix<double> Over(Matrix<double> matrix, double[] scales) =>
        matrix.MapIndexed((_, column, value) => value == 0 ? 0 : value / scales[column], Zeros.Include);

    private static Matrix<double> Dense(Matrix<double> matrix) =>
        matrix.AsColumnMajorArray() is null ? Matrix<double>.Build.DenseOfMatrix(matrix) : matrix;
}
