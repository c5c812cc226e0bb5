namespace Tint.Reference.Architecture;

/// <summary>RMSNorm, y = γ∘x/√(mean x² + eps), without bias.</summary>
public sealed record RmsNorm : ParameterLeaf
{
    /// <summary>A normalisation of a width.</summary>
    /// <param name="place">Its name.</param>
    /// <param name="width">D.</param>
    public RmsNorm(Place place, int width)
        : base(place) => (Width, HasBias) = (width, false);

    /// <summary>D.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override bool IsPublished => false;

    /// <inheritdoc/>
    public override IReadOnlyList<int> WeightShape => [Width];

    /// <inheritdoc/>
    public override int BiasLength => 0;

    /// <inheritdoc/>
    public override bool LeavesExactMemory => true;
}
