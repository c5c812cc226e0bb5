using System.Runtime.InteropServices;
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
internal sealed class Repetition
{
    /// <summary>Squares between these neither lose what matters to underflow nor overflow.</summary>
    private const double SmallestSquare = 1e-280;
    private const double LargestSquare = 1e280;

    /// <summary>The numbers that are repeated, those of one group side by side, and where each group ends.</summary>
    private readonly List<int> _members = [];
    private readonly List<int> _ends = [];

    private Repetition()
    {
    }

    /// <summary>Which numbers are repeated; null where no two are.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="errors">Their errors; a number without one belongs to no group that matters.</param>
    public static Repetition? Of(ReadOnlySpan<double> values, ReadOnlySpan<double> errors)
    {
        var (sizes, order) = (new double[values.Length], new int[values.Length]);
        var count = 0;
        for (var k = 0; k < values.Length; k++)
        {
            if (errors[k] > 0)
            {
                (sizes[count], order[count++]) = (Math.Abs(values[k]), k);
            }
        }

        Array.Sort(sizes, order, 0, count);
        Repetition? groups = null;
        for (int first = 0, end = 1; first < count; first = end, end++)
        {
            while (end < count && !(sizes[end] - sizes[end - 1] > Math.Max(errors[order[end]], errors[order[end - 1]])))
            {
                end++;
            }

            if (end - first > 1)
            {
                groups ??= new Repetition();
                groups._members.AddRange(order.AsSpan(first, end - first));
                groups._ends.Add(groups._members.Count);
            }
        }

        return groups;
    }

    /// <summary>√Σ_g(Σ_{k∈g} f_k e_k)², f the factors that the errors e pass through.</summary>
    public static double Norm(Repetition? groups, ReadOnlySpan<double> factors, ReadOnlySpan<double> errors)
    {
        var square = groups?.Beyond(factors, errors) ?? 0;
        for (var k = 0; k < errors.Length; k++)
        {
            var term = errors[k] == 0 ? 0 : Math.Abs(factors[k]) * errors[k];
            square += term * term;
        }

        return square is > SmallestSquare and < LargestSquare ? Math.Sqrt(square) : Scaled(groups, factors, errors);
    }

    /// <summary>As <see cref="Norm"/>, for squares that overflow or underflow.</summary>
    private static double Scaled(Repetition? groups, ReadOnlySpan<double> factors, ReadOnlySpan<double> errors)
    {
        var sums = new double[errors.Length];
        for (var k = 0; k < errors.Length; k++)
        {
            sums[k] = errors[k] == 0 ? 0 : Math.Abs(factors[k]) * errors[k];
        }

        for (int group = 0, place = 0; group < groups?._ends.Count; group++)
        {
            for (var first = groups._members[place++]; place < groups._ends[group]; place++)
            {
                sums[first] += sums[groups._members[place]];
                sums[groups._members[place]] = 0;
            }
        }

        return TwoNorm(sums);
    }

    /// <summary>By how much the square of the norm is more for the repetition: Σ_g((Σ f_k e_k)² − Σ(f_k e_k)²).</summary>
    private double Beyond(ReadOnlySpan<double> factors, ReadOnlySpan<double> errors)
    {
        ReadOnlySpan<int> members = CollectionsMarshal.AsSpan(_members);
        var (beyond, place) = (0.0, 0);
        foreach (var end in _ends)
        {
            double sum = 0, squares = 0;
            for (; place < end; place++)
            {
                var term = Math.Abs(factors[members[place]]) * errors[members[place]];
                (sum, squares) = (sum + term, squares + (term * term));
            }

            beyond += Math.Max((sum * sum) - squares, 0);
        }

        return beyond;
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
            if (Of(ColumnMajor.Column(transposed, i), rowErrors) is not { } groups)
            {
                continue;
            }

            for (var j = 0; j < factors.ColumnCount; j++)
            {
                ReadOnlySpan<double> column = ColumnMajor.Column(factors, j);
                var square = (inherited.At(i, j) * inherited.At(i, j)) + groups.Beyond(column, rowErrors);
                inherited.At(i, j, square is > SmallestSquare and < LargestSquare ? Math.Sqrt(square) : Scaled(groups, column, rowErrors));
            }
        }

        return inherited;
    }

    /// <summary>‖v‖₂ of non-negative numbers, without overflow or underflow of their squares.</summary>
    private static double TwoNorm(ReadOnlySpan<double> values)
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
