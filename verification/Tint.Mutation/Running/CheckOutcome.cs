namespace Tint.Mutation.Running;

/// <summary>How a check ended.</summary>
/// <param name="Passed">Whether it found nothing.</param>
/// <param name="Finding">What it found, in one line: a test's name, the last line of a verb, or that it ran too long.</param>
/// <param name="Time">How long it ran.</param>
public sealed record CheckOutcome(bool Passed, string Finding, TimeSpan Time);
