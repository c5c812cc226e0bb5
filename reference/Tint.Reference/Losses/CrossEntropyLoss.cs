using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Losses;

/// <summary>ℓ = log Σ_v exp(s_v) − s_n; ∂ℓ/∂s = softmax(s) − q_n; p = softmax(s)E.</summary>
internal sealed class CrossEntropyLoss : LossFunction
{
    /// <inheritdoc/>
    public override LossKind Kind => LossKind.CrossEntropy;

    /// <inheritdoc/>
    public override string Name => "cross_entropy";

    /// <inheritdoc/>
    public override bool ReadsLogits => true;

    /// <inheritdoc/>
    public override double ReplaceByGradient(Span<double> logits, int target, double weight)
    {
        var largest = Elementwise.Largest(logits, 1);
        var gap = largest - logits[target];
        Entrywise.Replace(logits, (_, logit) => Math.Exp(logit - largest));
        var sum = Entrywise.Sum(logits, static share => share);
        Elementwise.Scale(logits, weight / sum, logits);
        logits[target] -= weight;
        return weight * (gap + Math.Log(sum));
    }

    /// <inheritdoc/>
    internal override T Prediction<T>(IPredictions<T> of) => of.OfSoftmax();
}
