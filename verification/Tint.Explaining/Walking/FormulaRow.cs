namespace Tint.Explaining.Walking;

/// <summary>A row of the walk-through's tables of formulas.</summary>
/// <param name="Module">Which module, and in which setting.</param>
/// <param name="Parts">Where something is written, and what.</param>
public sealed record FormulaRow(string Module, IReadOnlyList<FormulaPart> Parts)
{
    /// <summary>Where a part is written; with which module writes it where that is not the one that is walked through.</summary>
    /// <param name="part">One of the parts.</param>
    /// <param name="walked">The module that is walked through.</param>
    public string Place(FormulaPart part, string walked)
    {
        ArgumentNullException.ThrowIfNull(part);
        return Module == walked ? part.Where : $"{Module}, {part.Where}";
    }
}
