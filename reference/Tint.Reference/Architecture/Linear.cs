namespace Tint.Reference.Architecture;

/// <summary>A linear layer, y = W x + b.</summary>
/// <param name="Place">Its name.</param>
/// <param name="Outputs">The rows of W, [out × in].</param>
/// <param name="Inputs">The columns of W.</param>
public sealed record Linear(Place Place, int Outputs, int Inputs) : ParameterLeaf(Place)
{
    /// <summary>Within <see cref="Chunks"/>: in how many parts its outputs are cut, a part a chunk; 1 for none.</summary>
    public int OutputParts { get; init; } = 1;

    /// <summary>Within <see cref="Chunks"/>: in how many parts its inputs are cut. The parts' outputs are summed, and share b equally; 1 for none.</summary>
    public int InputParts { get; init; } = 1;

    /// <inheritdoc/>
    public override bool IsPublished => HasBias;

    /// <inheritdoc/>
    public override IReadOnlyList<int> WeightShape => [Outputs, Inputs];

    /// <inheritdoc/>
    public override int BiasLength => Outputs;
}
