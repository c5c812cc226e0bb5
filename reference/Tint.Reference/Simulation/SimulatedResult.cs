using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;

namespace Tint.Reference.Simulation;

/// <summary>What the simulated gradient makes of one sequence.</summary>
public sealed record SimulatedResult
{
    /// <summary>E y before training, [T × V].</summary>
    public required Matrix<double> OriginalLogits { get; init; }

    /// <summary>E y after the last step, [T × V]; the same object as <see cref="OriginalLogits"/> where there are no steps.</summary>
    public required Matrix<double> Logits { get; init; }

    /// <summary>
    /// The sequence's own weights after the last step. What no descent touches is shared with the weights that went in. The MLP's output
    /// bias is the sum of its chunks'. Layers that <see cref="SimulatedTint.Storage"/> keeps elsewhere come in when they are asked for.
    /// </summary>
    public required AuxiliaryWeights UpdatedWeights { get; init; }

    /// <summary>The loss of <see cref="OriginalLogits"/>, or null for a sequence without labels.</summary>
    public required LossSum? OriginalLoss { get; init; }

    /// <summary>The loss of <see cref="Logits"/>, or null for a sequence without labels.</summary>
    public required LossSum? FinalLoss { get; init; }

    /// <summary>
    /// For each step the summed gradients S that the descents subtracted, W ← ρ(W − η S) (for value layers behind attention's backward
    /// gate W ← ρ(ρW − η S)), with sparse zeros for parameters that no descent touches. Empty unless
    /// <see cref="SimulatedTint.RecordGradients"/> was set. The MLP's output bias holds the sum over its chunks, so C times Σ m g with
    /// deviation V2.
    /// </summary>
    public IReadOnlyList<AuxiliaryWeights> Gradients { get; init; } = [];

    /// <summary>The signals in the order in which blocks ran. Empty unless <see cref="SimulatedTint.RecordStates"/> was set.</summary>
    public IReadOnlyList<SimulatedState> States { get; init; } = [];
}
