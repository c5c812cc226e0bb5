using Tint.Reference.Configuration;

namespace Tint.Reference.Losses;

/// <summary>
/// A loss of one position, as a function of the logits s = E y and the next token n: a file each. Its gradient at y is p − e_n, where p is the prediction and e_n the
/// next token's row of E; sums over positions, masks and what is left of the last position are not its business.
/// </summary>
/// <remarks>
/// Value and gradient in the logits (<see cref="ReplaceByGradient"/>) are what exact models differentiate. The prediction is what construction, closed form and device
/// compute, each with products of its own: a law holds the two to each other.
/// Source: C20.
/// </remarks>
public abstract class LossFunction
{
    private protected LossFunction()
    {
    }

    /// <summary>All losses.</summary>
    public static IReadOnlyList<LossFunction> All { get; } = [new CrossEntropyLoss(), new QuadLoss(), new MeanEmbeddingLoss()];

    /// <summary>Which it is in a configuration.</summary>
    public abstract LossKind Kind { get; }

    /// <summary>Its name in the fixtures, as in "cross_entropy".</summary>
    public abstract string Name { get; }

    /// <summary>Whether the prediction depends on the logits.</summary>
    public abstract bool ReadsLogits { get; }

    /// <summary>The loss of a configuration.</summary>
    /// <exception cref="RuleViolationException">There is no file for it.</exception>
    public static LossFunction Of(LossKind kind) => All.FirstOrDefault(loss => loss.Kind == kind) ?? throw Require.Unknown(kind, "the loss");

    /// <summary>w·ℓ(s), exact up to rounding; w·∂ℓ/∂s is left in the place of s.</summary>
    /// <param name="logits">s, [V].</param>
    /// <param name="target">n.</param>
    /// <param name="weight">w.</param>
    public abstract double ReplaceByGradient(Span<double> logits, int target, double weight);

    /// <summary>The floating-point operations of the prediction's product with E: 2·R·V·D, or 0 where one row serves all.</summary>
    /// <param name="positions">R, the positions with a gradient.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="width">D.</param>
    public long Flops(long positions, long vocabulary, long width) => ReadsLogits ? 2 * positions * vocabulary * width : 0;

    /// <summary>p, by the products of who evaluates it.</summary>
    internal abstract T Prediction<T>(IPredictions<T> of);
}
