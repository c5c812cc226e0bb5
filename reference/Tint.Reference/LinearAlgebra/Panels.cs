namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// The rows of op(A), or the columns of op(B) as rows of its transpose, in panels as the tile kernel reads them: where they lie, or packed,
/// a panel after the other and each term after term.
/// </summary>
/// <remarks>
/// All panels have one number of rows but the last two, which share what is left so that each has the least number; only a view that
/// has fewer rows altogether is filled up with 0.
/// </remarks>
internal readonly unsafe struct Panels<T>
    where T : unmanaged
{
    private readonly MatrixView<T> _view;
    private readonly int _width;
    private readonly int _lastStart;

    /// <summary>Cuts <paramref name="view"/> into panels.</summary>
    /// <param name="view">The rows, each as long as the product's depth.</param>
    /// <param name="width">Rows of a panel.</param>
    /// <param name="least">The least number of rows that the kernel takes, at most half as many unless it is 1.</param>
    /// <param name="isPacked">Whether panels are packed; those filled up with 0 always are.</param>
    public Panels(in MatrixView<T> view, int width, int least, bool isPacked)
    {
        _view = view;
        _width = width;
        Count = Blocking.Ceiling(view.Rows, width);
        var rest = view.Rows - ((Count - 1) * width);
        _lastStart = view.Rows - (rest >= least || Count == 1 ? rest : rest + least);
        IsPadded = view.Rows < least;
        PaddedRows = Math.Max(view.Rows, least);
        IsPacked = isPacked || IsPadded;
    }

    /// <summary>How many panels there are.</summary>
    public int Count { get; }

    /// <summary>Whether panels are packed, rather than read where they lie.</summary>
    public bool IsPacked { get; }

    /// <summary>Whether the only panel has fewer rows than the kernel takes.</summary>
    public bool IsPadded { get; }

    /// <summary>Rows of all panels.</summary>
    public int Rows => _view.Rows;

    /// <summary>Rows of all panels, filling included.</summary>
    public int PaddedRows { get; }

    /// <summary>Scalars that the packed panels take.</summary>
    public int PackedLength => IsPacked ? PaddedRows * _view.Columns : 0;

    /// <summary>The first row of panel <paramref name="index"/>; for <see cref="Count"/>, the end.</summary>
    public int Start(int index) => index < Count - 1 ? index * _width : index == Count ? PaddedRows : _lastStart;

    /// <summary>Packs panels from <paramref name="first"/> up to <paramref name="end"/> into their places in <paramref name="buffer"/>.</summary>
    public void Pack(int first, int end, T* buffer)
    {
        for (var panel = first; panel < end; panel++)
        {
            int start = Start(panel), rows = Start(panel + 1) - start;
            var view = _view.Block(start, 0, Math.Min(rows, _view.Rows), _view.Columns);
            PanelPacking.Pack(view, rows, buffer + ((nint)start * _view.Columns));
        }
    }

    /// <summary>Where the kernel finds panel <paramref name="index"/>, which has <paramref name="rows"/> rows from <paramref name="start"/> on.</summary>
    public PanelAddress<T> Find(int index, T* buffer, out int start, out int rows)
    {
        start = Start(index);
        rows = Start(index + 1) - start;
        return IsPacked
            ? new(buffer + ((nint)start * _view.Columns), 1, rows)
            : new(_view.At(start, 0), _view.RowStep, _view.ColumnStep);
    }
}
