using Tint.Reference.Configuration;

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
        var largest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        var (gap, sum) = (largest - logits[target], 0.0);
        foreach (ref var logit in logits)
        {
            logit = Math.Exp(logit - largest);
            sum += logit;
        }

        foreach (ref var logit in logits)
        {
            logit *= weight / sum;
        }

        logits[target] -= weight;
        return weight * (gap + Math.Log(sum));
    }

    /// <inheritdoc/>
    internal override T Prediction<T>(IPredictions<T> of) => of.OfSoftmax();
}
