using Tint.Reference.Configuration;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Losses;

/// <summary>ℓ = mean(s) − s_n, which is ⟨mean(E) − e_n, y⟩; ∂ℓ/∂s = 1/V − q_n; p = mean(E).</summary>
internal sealed class MeanEmbeddingLoss : LossFunction
{
    /// <inheritdoc/>
    public override LossKind Kind => LossKind.MeanEmbedding;

    /// <inheritdoc/>
    public override string Name => "mean_embedding";

    /// <inheritdoc/>
    public override bool ReadsLogits => false;

    /// <inheritdoc/>
    public override double ReplaceByGradient(Span<double> logits, int target, double weight)
    {
        var (sum, hit) = (Entrywise.Sum(logits, static logit => logit), logits[target]);
        logits.Fill(weight / logits.Length);
        logits[target] -= weight;
        return weight * ((sum / logits.Length) - hit);
    }

    /// <inheritdoc/>
    internal override T Prediction<T>(IPredictions<T> of) => of.OfMean();
}
