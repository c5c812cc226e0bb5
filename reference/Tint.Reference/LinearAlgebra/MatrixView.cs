namespace Tint.Reference.LinearAlgebra;

/// <summary>op(X) of a product as it lies in memory: entry (i, j) is at Data[i·RowStep + j·ColumnStep], and one of the steps is 1.</summary>
internal readonly unsafe struct MatrixView<T>(T* data, int rows, int columns, nint rowStep, nint columnStep)
    where T : unmanaged
{
    public readonly T* Data = data;
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly nint RowStep = rowStep;
    public readonly nint ColumnStep = columnStep;

    /// <summary>The same entries with rows and columns exchanged.</summary>
    public MatrixView<T> Transposed => new(Data, Columns, Rows, ColumnStep, RowStep);

    /// <summary>The address of entry (<paramref name="row"/>, <paramref name="column"/>).</summary>
    public T* At(int row, int column) => Data + (row * RowStep) + (column * ColumnStep);

    /// <summary>The <paramref name="rows"/> × <paramref name="columns"/> entries from (<paramref name="row"/>, <paramref name="column"/>) on.</summary>
    public MatrixView<T> Block(int row, int column, int rows, int columns) => new(At(row, column), rows, columns, RowStep, ColumnStep);

    /// <summary>A column-major array as it is, or transposed.</summary>
    public static MatrixView<T> ColumnMajor(T* data, int rows, int columns, bool transposed)
    {
        var view = new MatrixView<T>(data, rows, columns, 1, rows);
        return transposed ? view.Transposed : view;
    }
}
