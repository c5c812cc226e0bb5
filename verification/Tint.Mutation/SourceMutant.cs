namespace Tint.Mutation;

/// <summary>A fault written into the sources: a passage of a file replaced by another.</summary>
public sealed record SourceMutant
{
    /// <summary>Where the fault is and what it is called, as in "chain.key-dropped"; of a proposed one its operator, file and line.</summary>
    public required string Name { get; init; }

    /// <summary>The file, relative to the repository, with forward slashes.</summary>
    public required string File { get; init; }

    /// <summary>The passage that is replaced.</summary>
    public required string Original { get; init; }

    /// <summary>What stands there instead.</summary>
    public required string Replacement { get; init; }

    /// <summary>Where the passage begins; null where the file holds it exactly once.</summary>
    public int? Start { get; init; }

    /// <summary>What the program computes instead, in one sentence; null for a proposed mutant.</summary>
    public string? Fault { get; init; }

    /// <summary>The tests that see it, as "project:class" or "project:class.method"; null for a proposed mutant, which all checks are asked about.</summary>
    public string? SeenBy { get; init; }

    /// <summary>The named faults of a file that a check must see.</summary>
    internal static IEnumerable<SourceMutant> In(
        string file, string seenBy, params IEnumerable<(string Name, string Fault, string Original, string Replacement)> faults) => faults.Select(item => new SourceMutant
        {
            Name = item.Name,
            Fault = item.Fault,
            File = file,
            Original = item.Original,
            Replacement = item.Replacement,
            SeenBy = seenBy,
        });

    /// <summary>The file's text with the fault.</summary>
    /// <param name="text">The file's text.</param>
    /// <exception cref="MutationException">The passage does not occur, or more than once.</exception>
    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = Start ?? text.IndexOf(Original, StringComparison.Ordinal);
        if (start < 0 || !text.AsSpan(start).StartsWith(Original) || (Start is null && text.IndexOf(Original, start + 1, StringComparison.Ordinal) >= 0))
        {
            throw new MutationException($"{Name}: {File} must hold its passage once: {Original}");
        }

        return string.Concat(text.AsSpan(0, start), Replacement, text.AsSpan(start + Original.Length));
    }
}
