namespace Tint.Explaining.Walking;

/// <summary>A layer at work.</summary>
public sealed record WalkStep
{
    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What kind of layer it is.</summary>
    public required string Kind { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public required string Text { get; init; }

    /// <summary>The beginning of its weight tensors' names; null where it has none.</summary>
    public required string? Weights { get; init; }

    /// <summary>The matrices in its weights; none where it has none.</summary>
    public required IReadOnlyList<WeightMatrix> Matrices { get; init; }

    /// <summary>Of an attention layer: what each head reads that gives anything.</summary>
    public required IReadOnlyList<HeadReading> Heads { get; init; }

    /// <summary>Of an attention layer: one number followed by hand.</summary>
    public required HandSum? Hand { get; init; }

    /// <summary>The slots that are other than in the states that it began with, and not zero.</summary>
    public required StateTable Changes { get; init; }

    /// <summary>The slots that it emptied, as "slot 2 of tokens".</summary>
    public required IReadOnlyList<string> Emptied { get; init; }
}
