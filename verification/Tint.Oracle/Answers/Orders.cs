namespace Tint.Oracle.Answers;

/// <summary>The orders in which the entries of a tensor may lie.</summary>
internal static class Orders
{
    /// <summary>Entries that lie column-major, first axis fastest, in row-major order.</summary>
    public static double[] FromColumnMajor(IReadOnlyList<int> shape, double[] values) => Permuted(
        [.. shape.Reverse()], values, [.. Enumerable.Range(0, shape.Count).Reverse()]);

    /// <summary>The entries with the last two axes exchanged.</summary>
    /// <param name="shape">The shape before, of at least two axes.</param>
    /// <param name="values">The entries before, row-major.</param>
    public static double[] Transposed(IReadOnlyList<int> shape, double[] values) => Permuted(
        shape, values, [.. Enumerable.Range(0, shape.Count - 2), shape.Count - 1, shape.Count - 2]);

    /// <summary>The entries with axes in another order: axis i of the result is axis <paramref name="axes"/>[i] of what is given.</summary>
    public static double[] Permuted(IReadOnlyList<int> shape, double[] values, IReadOnlyList<int> axes)
    {
        var strides = new int[shape.Count];
        for (int axis = shape.Count - 1, stride = 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        var result = new double[values.Length];
        var index = new int[shape.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var from = 0;
            for (var axis = 0; axis < axes.Count; axis++)
            {
                from += index[axis] * strides[axes[axis]];
            }

            result[i] = values[from];
            for (var axis = axes.Count - 1; axis >= 0 && ++index[axis] == shape[axes[axis]]; axis--)
            {
                index[axis] = 0;
            }
        }

        return result;
    }
}
