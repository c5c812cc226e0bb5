namespace Tint.Reference.LinearAlgebra;

/// <summary>Where the tile kernel finds a panel: term k of row i is at Data[i·RowStep + k·TermStep].</summary>
internal readonly unsafe struct PanelAddress<T>(T* data, nint rowStep, nint termStep)
    where T : unmanaged
{
    public readonly T* Data = data;
    public readonly nint RowStep = rowStep;
    public readonly nint TermStep = termStep;
}
