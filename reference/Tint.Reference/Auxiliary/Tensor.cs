using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>A named-tensor value as files hold it: a shape and its entries in row-major order, in float64.</summary>
public sealed class Tensor
{
    private readonly int[] _shape;
    private readonly double[] _values;

    /// <summary>Wraps <paramref name="values"/> (not copied), laid out row-major in <paramref name="shape"/>.</summary>
    /// <exception cref="RuleViolationException">A size is negative, or the number of values is not the product of the shape.</exception>
    public Tensor(IReadOnlyList<int> shape, double[] values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(values);
        _shape = [.. shape];
        _values = values;
        if (_shape.Any(size => size < 0))
        {
            throw new RuleViolationException("the sizes of a tensor's axes must not be negative", $"{this}", "use sizes of 0 or more");
        }

        var count = Sizes.Entries("a tensor", "use a smaller shape", [.. _shape]);
        if (count != values.Length)
        {
            throw new RuleViolationException(
                "a tensor must hold as many values as its shape says", $"{values.Length} values for {this}", $"pass {count} values");
        }
    }

    /// <summary>The sizes of the axes, outermost first.</summary>
    public IReadOnlyList<int> Shape => _shape;

    /// <summary>The entries in row-major order.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The same entries, for those who keep them.</summary>
    public ReadOnlyMemory<double> Entries => _values;

    /// <summary>A tensor [rows × columns] with a matrix's entries.</summary>
    public static Tensor From(Matrix<double> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return new Tensor([matrix.RowCount, matrix.ColumnCount], matrix.ToRowMajorArray());
    }

    /// <summary>A tensor [count] with a vector's entries.</summary>
    public static Tensor From(Vector<double> vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return new Tensor([vector.Count], vector.ToArray());
    }

    /// <summary>Stacks matrices of one shape into a tensor [count × rows × columns].</summary>
    /// <exception cref="RuleViolationException">There are none, or their shapes differ.</exception>
    public static Tensor Stack(IReadOnlyList<Matrix<double>> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        if (matrices.Select(matrix => (matrix.RowCount, matrix.ColumnCount)).Distinct().Count() != 1)
        {
            throw new RuleViolationException(
                "a stack needs matrices of one shape",
                matrices.Count == 0 ? "none" : string.Join(", ", matrices.Select(matrix => $"[{matrix.RowCount} × {matrix.ColumnCount}]")),
                "pass at least one, all of the same shape");
        }

        Sizes.Entries("a stack", "stack fewer matrices", matrices.Count, matrices[0].RowCount, matrices[0].ColumnCount);
        return new Tensor(
            [matrices.Count, matrices[0].RowCount, matrices[0].ColumnCount], [.. matrices.SelectMany(matrix => matrix.ToRowMajorArray())]);
    }

    /// <summary>The entries as a matrix [shape0 × shape1].</summary>
    /// <exception cref="RuleViolationException">The tensor does not have two axes.</exception>
    public Matrix<double> ToMatrix()
    {
        RequireRank(2);
        return Matrix<double>.Build.DenseOfRowMajor(_shape[0], _shape[1], _values);
    }

    /// <summary>The entries as a vector.</summary>
    /// <exception cref="RuleViolationException">The tensor does not have one axis.</exception>
    public Vector<double> ToVector()
    {
        RequireRank(1);
        return Vector<double>.Build.DenseOfArray(_values);
    }

    /// <summary>Entry <paramref name="index"/> along the first axis, a tensor with one axis less.</summary>
    public Tensor Slice(int index)
    {
        if (_shape.Length == 0 || index < 0 || index >= _shape[0])
        {
            throw new RuleViolationException("a slice must lie within the first axis", $"index {index} of {this}", "use a smaller index");
        }

        var size = _values.Length / _shape[0];
        return new Tensor(_shape[1..], _values[(index * size)..((index + 1) * size)]);
    }

    /// <summary>The shape, as in "[2 × 20 × 96]".</summary>
    public override string ToString() => $"[{string.Join(" × ", _shape.Select(size => $"{size}"))}]";

    private void RequireRank(int rank)
    {
        if (_shape.Length != rank)
        {
            throw new RuleViolationException($"a tensor with {rank} axes is needed", ToString(), "reshape it first");
        }
    }
}
