namespace Tint.Explaining.Walking;

/// <summary>A row of the walk-through's tables of formulas.</summary>
/// <param name="Module">Which module, and in which setting.</param>
/// <param name="Parts">Where something is written, and what.</param>
public sealed record FormulaRow(string Module, IReadOnlyList<FormulaPart> Parts);
