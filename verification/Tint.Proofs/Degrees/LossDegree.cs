using Tint.Reference.Configuration;
using Tint.Reference.Losses;

namespace Tint.Proofs.Degrees;

/// <summary>The degree of a loss gradient, p − e with the prediction p of a loss.</summary>
/// <param name="logits">That of s.</param>
/// <param name="table">That of E.</param>
/// <param name="count">The rules.</param>
internal sealed class LossDegree(Degree logits, Degree table, DegreeCount count) : IPredictions<Degree>
{
    /// <summary>The degree of a loss's gradient.</summary>
    public static Degree Of(TintConfiguration configuration, Degree logits, Degree table, DegreeCount count)
    {
        var sum = LossFunction.Of(configuration.Loss).Prediction(new LossDegree(logits, table, count)) + table;
        return configuration.Optimiser.MeanOverTargets ? sum * Mean(count) : sum;
    }

    /// <inheritdoc/>
    public Degree OfSoftmax() => count.Softmax(logits) * table;

    /// <inheritdoc/>
    public Degree OfLogits() => logits * table;

    /// <inheritdoc/>
    public Degree OfMean() => table;

    /// <summary>e^c times a weight of a softmax over −c and the targets' 0.</summary>
    private static Degree Mean(DegreeCount count) => count.Activated(Degree.Constant) * count.Softmax(Degree.Constant);
}
