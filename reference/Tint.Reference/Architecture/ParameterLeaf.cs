namespace Tint.Reference.Architecture;

/// <summary>A leaf with parameters of its own, a weight and perhaps a bias.</summary>
/// <param name="Place">Its name.</param>
public abstract record ParameterLeaf(Place Place) : Leaf(Place)
{
    /// <summary>Whether there is a weight.</summary>
    public virtual bool HasWeight => true;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>The shape of the weight, [out × in] or [width].</summary>
    public abstract IReadOnlyList<int> WeightShape { get; }

    /// <summary>The length of the bias.</summary>
    public abstract int BiasLength { get; }

    /// <summary>How many numbers its parameters are.</summary>
    public long Count => (HasWeight ? WeightShape.Aggregate(1L, static (product, size) => product * size) : 0) + (HasBias ? BiasLength : 0);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterLeaf> Parameters => [this];
}
