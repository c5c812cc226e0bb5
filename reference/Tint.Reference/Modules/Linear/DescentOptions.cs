namespace Tint.Reference.Modules.Linear;

/// <summary>What a descent changes and how far.</summary>
/// <remarks>Source: C6, V2, V5.</remarks>
public sealed record DescentOptions
{
    /// <summary>Weights and bias with the configured η.</summary>
    public static DescentOptions Default { get; } = new();

    /// <summary>True: only the bias is updated.</summary>
    public bool BiasOnly { get; init; }

    /// <summary>
    /// True: of the weights only row i, column i is updated, so that a normalisation's γ stays diagonal (departure V5 turned off). A gate
    /// driven by the prefix's position lets through those coordinates alone.
    /// </summary>
    public bool DiagonalOnly { get; init; }

    /// <summary>The factor on η for the bias: 1/C where C chunks share one bias (departure V2 turned off), 0 for a layer without one, else 1.</summary>
    public double BiasRateFactor { get; init; } = 1;
}
