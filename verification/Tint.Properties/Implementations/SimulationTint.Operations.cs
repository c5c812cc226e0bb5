using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <content>The operations of other architectures.</content>
public sealed partial class SimulationTint
{
    /// <inheritdoc/>
    public (Matrix<double> Output, LayerNormMemory Memory) RmsNormForward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x) =>
        SimulatedRmsNorm.Forward(configuration, layer, x);

    /// <inheritdoc/>
    public Matrix<double> RmsNormBackward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        SimulatedRmsNorm.Backward(configuration, layer, gradient, memory);

    /// <inheritdoc/>
    public LayerNormParameters RmsNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask) => SimulatedRmsNorm.Descent(configuration, layer, gradient, memory, trainMask).Updated;

    /// <inheritdoc/>
    public (Matrix<double> Output, ProductMemory Memory) ProductForward(TintConfiguration configuration, Matrix<double> left, Matrix<double> right) =>
        SimulatedProduct.Forward(configuration, left, right);

    /// <inheritdoc/>
    public (Matrix<double> Left, Matrix<double> Right) ProductBackward(TintConfiguration configuration, Matrix<double> gradient, ProductMemory memory) =>
        SimulatedProduct.Backward(configuration, gradient, memory);

    /// <inheritdoc/>
    public (Matrix<double> Output, AttentionMemory Memory) FormedAttentionForward(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask) => SimulatedAttention.Forward(configuration, query, key, value, x, iclMask, form);

    /// <inheritdoc/>
    public (Matrix<double> InputGradient, LinearParameters Updated) FormedAttentionBackwardDescent(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var (inputGradient, updated, _) = SimulatedAttention.BackwardDescent(configuration, value, gradient, memory, trainMask, iclMask, form);
        return (inputGradient, updated);
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, CrossAttentionMemory Memory) CrossAttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double> other) => SimulatedCrossAttention.Forward(configuration, query, key, value, x, other);

    /// <inheritdoc/>
    public (Matrix<double> OtherGradient, LinearParameters Updated) CrossAttentionBackwardDescent(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory)
    {
        var (otherGradient, updated, _) = SimulatedCrossAttention.BackwardDescent(configuration, value, gradient, memory);
        return (otherGradient, updated);
    }

    /// <inheritdoc/>
    public (Matrix<double> Query, Matrix<double> Key) CrossAttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory) =>
        SimulatedCrossAttention.ScoreBackward(configuration, value, gradient, memory);
}
