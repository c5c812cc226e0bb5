namespace Tint.Experiments;

/// <summary>The first line of a journal.</summary>
/// <param name="Evaluation">What is asked.</param>
internal sealed record JournalHead(string Evaluation);
