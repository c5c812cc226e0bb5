using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Losses;

/// <summary>ℓ = ½‖s‖² − s_n, which is ½‖E y‖² − ⟨e_n, y⟩; ∂ℓ/∂s = s − q_n; p = s E.</summary>
internal sealed class QuadLoss : LossFunction
{
    /// <inheritdoc/>
    public override LossKind Kind => LossKind.Quad;

    /// <inheritdoc/>
    public override string Name => "quad";

    /// <inheritdoc/>
    public override bool ReadsLogits => true;

    /// <inheritdoc/>
    public override double ReplaceByGradient(Span<double> logits, int target, double weight)
    {
        var (squares, hit) = (Entrywise.Sum(logits, static logit => logit * logit), logits[target]);
        Elementwise.Scale(logits, weight, logits);
        logits[target] -= weight;
        return weight * ((0.5 * squares) - hit);
    }

    /// <inheritdoc/>
    internal override T Prediction<T>(IPredictions<T> of) => of.OfLogits();
}
