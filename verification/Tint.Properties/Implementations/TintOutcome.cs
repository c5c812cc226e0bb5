using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Properties.Implementations;

/// <summary>What a whole model computed for a batch.</summary>
/// <param name="Sequences">One outcome a sequence.</param>
/// <param name="OriginalLoss">The reported loss before training; null without labels that count.</param>
/// <param name="FinalLoss">The reported loss after training; null without labels that count.</param>
public sealed record TintOutcome(IReadOnlyList<TintOutcome.OfSequence> Sequences, double? OriginalLoss, double? FinalLoss)
{
    /// <summary>What a whole model computed for one sequence.</summary>
    /// <param name="OriginalLogits">The logits before training, [T × V].</param>
    /// <param name="Logits">The logits after training, [T × V].</param>
    /// <param name="UpdatedWeights">The auxiliary weights after training.</param>
    public sealed record OfSequence(Matrix<double> OriginalLogits, Matrix<double> Logits, AuxiliaryWeights UpdatedWeights);
}
