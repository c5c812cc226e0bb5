using Tint.Fixtures;

namespace Tint.Verification;

/// <summary>The cases of a run and the set that they were chosen from, so that a report can say what share of it was looked at.</summary>
public sealed record CaseSelection
{
    /// <summary>The chosen cases, at least one.</summary>
    public required IReadOnlyList<FixtureCase> Chosen { get; init; }

    /// <summary>All cases of the set.</summary>
    public required IReadOnlyList<FixtureCase> All { get; init; }

    /// <summary>The set's directory as the user named it; null for the cases that ship.</summary>
    public string? Directory { get; init; }

    /// <summary>What each case is for.</summary>
    public required FixtureNotes Notes { get; init; }

    /// <summary>How many tensors the set's cases list under <c>expected.</c> and <c>constructed.</c>.</summary>
    public int Tensors => All.Sum(item => item.Expected.Count + item.Constructed.Count);

    /// <summary>The set in words, after a number of cases.</summary>
    public string Words => Directory is null ? "that ship" : $"of {Printable.Text(Directory)}";
}
