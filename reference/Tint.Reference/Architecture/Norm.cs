namespace Tint.Reference.Architecture;

/// <summary>LayerNorm, y = γ∘(x − μ)/√(var + eps) + β.</summary>
/// <param name="Place">Its name.</param>
/// <param name="Width">D.</param>
public sealed record Norm(Place Place, int Width) : ParameterLeaf(Place)
{
    /// <summary>Whether there are γ and β; without, y = (x − μ)/√(var + eps).</summary>
    public bool IsAffine { get; init; } = true;

    /// <inheritdoc/>
    public override bool IsPublished => IsAffine && HasBias;

    /// <inheritdoc/>
    public override bool HasWeight => IsAffine;

    /// <inheritdoc/>
    public override IReadOnlyList<int> WeightShape => [Width];

    /// <inheritdoc/>
    public override int BiasLength => Width;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterLeaf> Trained => IsAffine ? Parameters : [];

    /// <inheritdoc/>
    public override bool LeavesExactMemory => true;
}
