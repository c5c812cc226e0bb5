namespace Tint.Experiments;

/// <summary>Every other line of a journal.</summary>
/// <typeparam name="TUnit">What is computed at once.</typeparam>
/// <typeparam name="TValue">What it gives.</typeparam>
/// <param name="Unit">The unit.</param>
/// <param name="Measurements">What it gave.</param>
internal sealed record JournalLine<TUnit, TValue>(TUnit Unit, TValue Measurements);
