using System.Numerics;

namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// The rows of op(A), or the columns of op(B) as rows of its transpose, in panels of <see cref="Width"/> as the tile kernel reads them:
/// where they lie, or packed, term after term. A panel with fewer rows than its width is packed in any case, filled up with 0.
/// </summary>
internal readonly unsafe struct Panels<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MatrixView<T> _view;
    private readonly int _firstPacked;

    /// <summary>Cuts <paramref name="view"/> into panels.</summary>
    /// <param name="view">The rows, each as long as the product's depth.</param>
    /// <param name="width">Rows of a panel.</param>
    /// <param name="lastWidth">Rows of the last panel if that is enough for what is left, a smaller or the same number.</param>
    /// <param name="isDirect">Whether full panels are read where they lie.</param>
    public Panels(in MatrixView<T> view, int width, int lastWidth, bool isDirect)
    {
        _view = view;
        Width = width;
        Count = Blocking.Ceiling(view.Rows, width);
        var rest = view.Rows - ((Count - 1) * width);
        LastWidth = rest <= lastWidth ? lastWidth : width;
        _firstPacked = !isDirect ? 0 : rest == LastWidth ? Count : Count - 1;
    }

    /// <summary>Rows of every panel but the last.</summary>
    public int Width { get; }

    /// <summary>Rows of the last panel, those filled up with 0 included.</summary>
    public int LastWidth { get; }

    /// <summary>How many panels there are.</summary>
    public int Count { get; }

    /// <summary>The panels before this one are read where they lie, this one and those after it are packed.</summary>
    public int FirstPacked => _firstPacked;

    /// <summary>Scalars that the packed panels take.</summary>
    public int PackedLength => (Count - _firstPacked) * Width * _view.Columns;

    /// <summary>Packs panel <paramref name="index"/> into its place in <paramref name="buffer"/>.</summary>
    public void Pack(int index, T* buffer)
    {
        var row = index * Width;
        var count = Math.Min(Width, _view.Rows - row);
        PanelPacking.Pack(_view.Block(row, 0, count, _view.Columns), WidthOf(index), Packed(index, buffer));
    }

    /// <summary>Where the kernel finds panel <paramref name="index"/>.</summary>
    public T* Find(int index, T* buffer, out nint rowStep, out nint termStep)
    {
        if (index < _firstPacked)
        {
            rowStep = _view.RowStep;
            termStep = _view.ColumnStep;
            return _view.At(index * Width, 0);
        }

        rowStep = 1;
        termStep = WidthOf(index);
        return Packed(index, buffer);
    }

    /// <summary>Rows of panel <paramref name="index"/> that are not filling.</summary>
    public int RowsOf(int index) => Math.Min(Width, _view.Rows - (index * Width));

    /// <summary>Rows of panel <paramref name="index"/>, filling included.</summary>
    public int WidthOf(int index) => index == Count - 1 ? LastWidth : Width;

    private T* Packed(int index, T* buffer) => buffer + ((nint)(index - _firstPacked) * Width * _view.Columns);
}
