using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <summary>The simulated gradient: the closed forms of what a TinT computes, and no prefixes.</summary>
public sealed partial class SimulationTint : ITint
{
    /// <inheritdoc/>
    public bool RunsFamilies => true;

    /// <inheritdoc/>
    public bool RunsSoftmaxAlone => true;

    /// <inheritdoc/>
    public bool RunsOptimisers => true;

    /// <inheritdoc/>
    public string Name => "simulation";

    /// <inheritdoc/>
    public (Matrix<double> Output, Matrix<double> Memory) LinearForward(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> x) =>
        SimulatedLinear.Forward(configuration, layer, x);

    /// <inheritdoc/>
    public Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return SimulatedLinear.Backward(configuration, layer.Weight, gradient);
    }

    /// <inheritdoc/>
    public LinearParameters LinearDescent(
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        IReadOnlyList<double> trainMask) =>
        SimulatedLinear.Descent(configuration, layer, gradient, memory, trainMask).Updated;

    /// <inheritdoc/>
    public (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x) =>
        SimulatedLayerNorm.Forward(configuration, layer, x);

    /// <inheritdoc/>
    public Matrix<double> LayerNormBackward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        SimulatedLayerNorm.Backward(configuration, layer, gradient, memory);

    /// <inheritdoc/>
    public LayerNormParameters LayerNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask) =>
        SimulatedLayerNorm.Descent(configuration, layer, gradient, memory, trainMask).Updated;

    /// <inheritdoc/>
    public (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask) =>
        SimulatedAttention.Forward(configuration, query, key, value, x, iclMask);

    /// <inheritdoc/>
    public Matrix<double> AttentionBackward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) =>
        SimulatedAttention.Backward(configuration, gradient, memory, trainMask, iclMask);

    /// <inheritdoc/>
    public (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var (inputGradient, updated, _) = SimulatedAttention.BackwardDescent(
            configuration, value, gradient, memory, trainMask, iclMask);
        return (inputGradient, updated);
    }

    /// <inheritdoc/>
    public (Matrix<double> Query, Matrix<double> Key) AttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, AttentionMemory memory, Matrix<double>? iclMask) =>
        SimulatedAttention.ScoreBackward(configuration, value, gradient, memory, iclMask);

    /// <inheritdoc/>
    public (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z) =>
        SimulatedActivation.Forward(configuration, z);

    /// <inheritdoc/>
    public Matrix<double> ActivationBackward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory) =>
        SimulatedActivation.Backward(configuration, gradient, memory);

    /// <inheritdoc/>
    public Matrix<double> LossGradient(
        TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence) =>
        SimulatedLoss.Gradient(configuration, tokenEmbedding, y, sequence);

    /// <inheritdoc/>
    public TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
    {
        var result = new SimulatedTint(configuration, weights).Run(batch);
        return new TintOutcome(
            [.. result.Sequences.Select(sequence => new TintOutcome.OfSequence(
                sequence.OriginalLogits, sequence.Logits, sequence.UpdatedWeights))],
            result.OriginalLoss,
            result.FinalLoss);
    }
}
