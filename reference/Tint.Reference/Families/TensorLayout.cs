using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Families;

/// <summary>
/// How a checkpoint's tensor holds one or more parameters: as it is, transposed, several side by side or one below the other, several interleaved head by head. Each is
/// a renumbering of entries, so that reading and writing are one rule.
/// </summary>
public sealed class TensorLayout
{
    private const int RowsAtOnce = 64;

    private readonly Func<(int Part, int Row, int Column), TensorSizes, int> _index;
    private readonly IReadOnlyList<int>? _heights;

    private TensorLayout(bool transposed, Func<(int Part, int Row, int Column), TensorSizes, int> index, IReadOnlyList<int>? heights = null)
    {
        IsTransposed = transposed;
        _index = index;
        _heights = heights;
    }

    /// <summary>Parts of one height one below the other, rows [out × in]: PyTorch's <c>Linear</c>, for one part as it is.</summary>
    public static TensorLayout Rows { get; } = new(
        transposed: false, static (entry, sizes) => (((entry.Part * sizes.Rows) + entry.Row) * sizes.Columns) + entry.Column);

    /// <summary>Parts side by side, stored [in × out]: GPT-2's <c>Conv1D</c>.</summary>
    public static TensorLayout Transposed { get; } = new(
        transposed: true, static (entry, sizes) => (entry.Column * sizes.Rows * sizes.Parts) + (entry.Part * sizes.Rows) + entry.Row);

    /// <summary>Parts of heights of their own one below the other: the fused query, key and value of attention whose heads share keys.</summary>
    /// <param name="heights">The rows of each part.</param>
    public static TensorLayout RowsOf(params IReadOnlyList<int> heights)
    {
        ArgumentNullException.ThrowIfNull(heights);
        int[] starts = [.. heights.Select((_, part) => heights.Take(part).Sum())];
        return new(transposed: false, (entry, sizes) => ((starts[entry.Part] + entry.Row) * sizes.Columns) + entry.Column, heights);
    }

    /// <summary>Rows taken from the parts in turn, a head's worth each: the fused query, key and value of NeoX and BLOOM.</summary>
    /// <param name="heads">The number of heads; it divides the rows of a part.</param>
    public static TensorLayout ByHead(int heads) => new(transposed: false, (entry, sizes) =>
    {
        var size = sizes.Rows / heads;
        var (head, row) = Math.DivRem(entry.Row, size);
        return (((((head * sizes.Parts) + entry.Part) * size) + row) * sizes.Columns) + entry.Column;
    });

    /// <summary>Whether a matrix stands transposed.</summary>
    public bool IsTransposed { get; }

    /// <summary>The size of each part, [rows × columns]: [1 × rows] of a tensor of one axis.</summary>
    public IReadOnlyList<(int Rows, int Columns)> Parts(IReadOnlyList<int> shape, int parts)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var sizes = Sizes(shape, parts);
        return [.. Enumerable.Range(0, parts).Select(part => shape.Count == 1 ? (1, Height(part, sizes)) : (Height(part, sizes), sizes.Columns))];
    }

    /// <summary>Reads the parts, of the sizes that <see cref="Parts"/> gives.</summary>
    public IReadOnlyList<Matrix<double>> Read(Tensor tensor, int parts)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var sizes = Sizes(tensor.Shape, parts);
        var values = tensor.Values.ToArray();
        var isVector = tensor.Shape.Count == 1;
        return
        [
            .. Parts(tensor.Shape, parts).Select((size, part) => Matrix<double>.Build.Dense(
                size.Rows, size.Columns, (row, column) => values[_index(isVector ? (part, column, 0) : (part, row, column), sizes)])),
        ];
    }

    /// <summary>The same straight from a file: beside the parts no more than a few rows are in memory.</summary>
    internal IReadOnlyList<Matrix<double>> Read(ITensorFile file, string name, IReadOnlyList<int> shape, int parts)
    {
        if (shape.Count == 1)
        {
            return Read(file.Read(name), parts);
        }

        var sizes = Sizes(shape, parts);
        return [.. Enumerable.Range(0, parts).Select(part => IsTransposed ? ReadColumns(file, name, part, sizes) : ReadRows(file, name, part, sizes))];
    }

    /// <summary>The inverse of <see cref="Read(Tensor, int)"/>.</summary>
    public Tensor Write(IReadOnlyList<Matrix<double>> parts, IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(shape);
        var sizes = Sizes(shape, parts.Count);
        var values = new double[shape.Aggregate(1, static (product, size) => product * size)];
        for (var part = 0; part < parts.Count; part++)
        {
            for (var row = 0; row < Height(part, sizes); row++)
            {
                for (var column = 0; column < sizes.Columns; column++)
                {
                    values[_index((part, row, column), sizes)] = shape.Count == 1 ? parts[part].At(0, row) : parts[part].At(row, column);
                }
            }
        }

        return new Tensor(shape, values);
    }

    private int Height(int part, TensorSizes sizes) => _heights?[part] ?? sizes.Rows;

    /// <summary>Of a matrix that stands transposed, columns lie in one piece, here and in the file.</summary>
    private Matrix<double> ReadColumns(ITensorFile file, string name, int part, TensorSizes sizes)
    {
        var matrix = ColumnMajor.Uninitialized(Height(part, sizes), sizes.Columns);
        for (var column = 0; column < sizes.Columns; column++)
        {
            file.Read(name, _index((part, 0, column), sizes), ColumnMajor.Column(matrix, column));
        }

        return matrix;
    }

    /// <summary>Rows lie in one piece in the file, and often several behind each other.</summary>
    private Matrix<double> ReadRows(ITensorFile file, string name, int part, TensorSizes sizes)
    {
        var matrix = ColumnMajor.Uninitialized(Height(part, sizes), sizes.Columns);
        var buffer = new double[Math.Min(RowsAtOnce, matrix.RowCount) * sizes.Columns];
        for (int row = 0, count; row < matrix.RowCount; row += count)
        {
            var first = _index((part, row, 0), sizes);
            count = 1;
            while (count < RowsAtOnce && row + count < matrix.RowCount && _index((part, row + count, 0), sizes) == first + (count * sizes.Columns))
            {
                count++;
            }

            file.Read(name, first, buffer.AsSpan(0, count * sizes.Columns));
            for (var column = 0; column < sizes.Columns; column++)
            {
                var target = ColumnMajor.Column(matrix, column).Slice(row, count);
                for (var i = 0; i < count; i++)
                {
                    target[i] = buffer[(i * sizes.Columns) + column];
                }
            }
        }

        return matrix;
    }

    private TensorSizes Sizes(IReadOnlyList<int> shape, int parts) => shape.Count == 1
        ? new TensorSizes(parts, shape[0] / parts, 1)
        : IsTransposed
            ? new TensorSizes(parts, shape[1] / parts, shape[0])
            : new TensorSizes(parts, shape[0] / parts, shape[1]);

    private readonly record struct TensorSizes(int Parts, int Rows, int Columns);
}
