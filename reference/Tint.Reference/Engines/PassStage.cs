namespace Tint.Reference.Engines;

/// <summary>A stage of a TinT step that has just ended. An observer that notes the time at each call knows how long every stage took.</summary>
/// <param name="Pass">What was done.</param>
/// <param name="Layer">The block that it was done to; null for the final norm, the head and the loss.</param>
public readonly record struct PassStage(PassKind Pass, int? Layer = null);
