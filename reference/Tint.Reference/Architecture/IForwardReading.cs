namespace Tint.Reference.Architecture;

/// <summary>A reading of the forward pass. It keeps by <see cref="Leaf.Place"/> and chunk what its backward pass will need.</summary>
/// <typeparam name="TSignal">What flows between nodes.</typeparam>
public interface IForwardReading<TSignal> : IReading<TSignal>
{
    /// <summary>A leaf's output.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="chunk">The number of the chunk; 0 outside of chunks.</param>
    /// <param name="input">Its input, which others may read as well.</param>
    /// <exception cref="RuleViolationException">The reading does not know this kind of leaf.</exception>
    public TSignal Forward(Leaf leaf, int chunk, TSignal input);

    /// <summary>left∘right. The reading releases both, or keeps them for its backward pass.</summary>
    /// <param name="product">The node.</param>
    /// <param name="chunk">The number of the chunk.</param>
    /// <param name="left">The output of the first branch.</param>
    /// <param name="right">The output of the second branch.</param>
    /// <exception cref="RuleViolationException">The reading knows no products.</exception>
    public TSignal Multiply(Product product, int chunk, TSignal left, TSignal right) => throw Walk.WithoutProducts(product);
}
