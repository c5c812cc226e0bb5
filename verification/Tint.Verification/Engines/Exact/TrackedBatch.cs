using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Input;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>A model on a batch with rounding: logits of every sequence, and the loss and gradient of all together.</summary>
/// <param name="Logits">The logits, [T × V] each.</param>
/// <param name="Loss">The loss, [1 × 1].</param>
/// <param name="Gradient">The gradient; null where it was not asked for.</param>
internal sealed record TrackedBatch(IReadOnlyList<Tracked> Logits, Tracked Loss, TrackedParameters? Gradient)
{
    /// <summary>Runs every sequence.</summary>
    /// <param name="shape">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="arithmetic">Arithmetic that tracks rounding.</param>
    /// <param name="isBackward">Whether there is a backward pass.</param>
    public static TrackedBatch Run(
        TrackedShape shape, TrackedParameters parameters, IReadOnlyList<TokenSequence> batch, Arithmetic arithmetic, bool isBackward = true)
    {
        var rounding = arithmetic.Rounding!;
        TrackedModel[] models = [.. batch.Select(sequence => new TrackedModel(shape, parameters, sequence, arithmetic))];
        var error = rounding.Combine(
            models.Sum(static model => model.Loss.Error), rounding.Accumulated(models.Length) * models.Sum(static model => Math.Abs(model.Loss.Value)));
        return new TrackedBatch(
            [.. models.Select(static model => model.Logits)],
            new Tracked(Matrix<double>.Build.Dense(1, 1, models.Sum(static model => model.Loss.Value)), Matrix<double>.Build.Dense(1, 1, error)),
            isBackward ? TrackedParameters.Sum([.. models.Select(static model => model.Backward())], rounding) : null);
    }
}
