namespace Tint.Reference.Architecture;

/// <summary>A reading of the backward pass: gradients, and the descents on the way.</summary>
/// <typeparam name="TSignal">What flows between nodes.</typeparam>
public interface IBackwardReading<TSignal> : IReading<TSignal>
{
    /// <summary>The gradient at a leaf's input; the leaf's parameters descend.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="chunk">The number of the chunk; 0 outside of chunks.</param>
    /// <param name="gradient">The gradient at its output, which others may read as well.</param>
    /// <exception cref="RuleViolationException">The reading does not know this kind of leaf.</exception>
    public TSignal Backward(Leaf leaf, int chunk, TSignal gradient);

    /// <summary>The gradients at the outputs of a product's two branches: gradient∘right and gradient∘left.</summary>
    /// <param name="product">The node.</param>
    /// <param name="chunk">The number of the chunk.</param>
    /// <param name="gradient">The gradient at the product.</param>
    /// <exception cref="RuleViolationException">The reading knows no products.</exception>
    public (TSignal Left, TSignal Right) MultiplyBackward(Product product, int chunk, TSignal gradient) => throw Walk.WithoutProducts(product);
}
