using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Families;

/// <summary>
/// How a checkpoint's tensor holds one or more parameters: as it is, transposed, several side by side, several interleaved head by head. Each is
/// a renumbering of entries, so that reading and writing are one rule.
/// </summary>
public sealed class TensorLayout
{
    private readonly Func<(int Part, int Row, int Column), TensorSizes, int> _index;

    private TensorLayout(bool transposed, Func<(int Part, int Row, int Column), TensorSizes, int> index)
    {
        IsTransposed = transposed;
        _index = index;
    }

    /// <summary>Parts one below the other, rows [out × in]: PyTorch's <c>Linear</c>, for one part as it is.</summary>
    public static TensorLayout Rows { get; } = new(
        transposed: false, static (entry, sizes) => (((entry.Part * sizes.Rows) + entry.Row) * sizes.Columns) + entry.Column);

    /// <summary>Parts side by side, stored [in × out]: GPT-2's <c>Conv1D</c>.</summary>
    public static TensorLayout Transposed { get; } = new(
        transposed: true, static (entry, sizes) => (entry.Column * sizes.Rows * sizes.Parts) + (entry.Part * sizes.Rows) + entry.Row);

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

    /// <summary>Reads the parts: [rows × columns] each from a tensor of two axes, [1 × rows] each from one of one axis.</summary>
    public IReadOnlyList<Matrix<double>> Read(Tensor tensor, int parts)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var sizes = Sizes(tensor.Shape, parts);
        var values = tensor.Values.ToArray();
        var isVector = tensor.Shape.Count == 1;
        return
        [
            .. Enumerable.Range(0, parts).Select(part => isVector
                ? Matrix<double>.Build.Dense(1, sizes.Rows, (_, row) => values[_index((part, row, 0), sizes)])
                : Matrix<double>.Build.Dense(sizes.Rows, sizes.Columns, (row, column) => values[_index((part, row, column), sizes)])),
        ];
    }

    /// <summary>The inverse of <see cref="Read"/>.</summary>
    public Tensor Write(IReadOnlyList<Matrix<double>> parts, IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(shape);
        var sizes = Sizes(shape, parts.Count);
        var values = new double[sizes.Rows * sizes.Columns * parts.Count];
        for (var part = 0; part < parts.Count; part++)
        {
            for (var row = 0; row < sizes.Rows; row++)
            {
                for (var column = 0; column < sizes.Columns; column++)
                {
                    values[_index((part, row, column), sizes)] = shape.Count == 1 ? parts[part].At(0, row) : parts[part].At(row, column);
                }
            }
        }

        return new Tensor(shape, values);
    }

    private TensorSizes Sizes(IReadOnlyList<int> shape, int parts) => shape.Count == 1
        ? new TensorSizes(parts, shape[0] / parts, 1)
        : IsTransposed
            ? new TensorSizes(parts, shape[1] / parts, shape[0])
            : new TensorSizes(parts, shape[0] / parts, shape[1]);

    private readonly record struct TensorSizes(int Parts, int Rows, int Columns);
}
