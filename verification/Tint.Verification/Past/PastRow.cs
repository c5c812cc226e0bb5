namespace Tint.Verification.Past;

/// <summary>The size of one construction at one dimension.</summary>
internal sealed record PastRow
{
    /// <summary>In whose manner, and of what.</summary>
    public required string Construction { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>n.</summary>
    public required int Examples { get; init; }

    /// <summary>The width of the hidden states.</summary>
    public required int Width { get; init; }

    /// <summary>The heads of the layer that has most.</summary>
    public required int Heads { get; init; }

    /// <summary>The positions of the sequence, prefixes included.</summary>
    public required int Positions { get; init; }

    /// <summary>Layers with attention or an activation that a step runs through.</summary>
    public required int LayersOfStep { get; init; }

    /// <summary>The parameters of what a step runs through.</summary>
    public required long ParametersOfStep { get; init; }

    /// <summary>The examples that a step is on.</summary>
    public required int ExamplesOfStep { get; init; }

    /// <summary>Whether further steps run through the same weights.</summary>
    public required bool SharesWeights { get; init; }
}
