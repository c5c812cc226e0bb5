using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Mutants.Faults;

/// <summary>A TinT in which some module is not as it should be: each fault makes a wrong function of the correct one.</summary>
internal sealed class FaultyModules(ITintModules modules) : MutantTint(modules)
{
    public Func<ModuleFunctions.LinearForward, ModuleFunctions.LinearForward>? LinearForwardFault { get; init; }

    public Func<ModuleFunctions.LinearBackward, ModuleFunctions.LinearBackward>? LinearBackwardFault { get; init; }

    public Func<ModuleFunctions.LinearDescent, ModuleFunctions.LinearDescent>? LinearDescentFault { get; init; }

    public Func<ModuleFunctions.LayerNormForward, ModuleFunctions.LayerNormForward>? LayerNormForwardFault { get; init; }

    public Func<ModuleFunctions.LayerNormBackward, ModuleFunctions.LayerNormBackward>? LayerNormBackwardFault { get; init; }

    public Func<ModuleFunctions.LayerNormDescent, ModuleFunctions.LayerNormDescent>? LayerNormDescentFault { get; init; }

    public Func<ModuleFunctions.AttentionForward, ModuleFunctions.AttentionForward>? AttentionForwardFault { get; init; }

    public Func<ModuleFunctions.AttentionBackward, ModuleFunctions.AttentionBackward>? AttentionBackwardFault { get; init; }

    public Func<ModuleFunctions.AttentionScoreBackward, ModuleFunctions.AttentionScoreBackward>? AttentionScoreBackwardFault { get; init; }

    public Func<ModuleFunctions.ActivationForward, ModuleFunctions.ActivationForward>? ActivationForwardFault { get; init; }

    public Func<ModuleFunctions.ActivationBackward, ModuleFunctions.ActivationBackward>? ActivationBackwardFault { get; init; }

    public Func<ModuleFunctions.LossGradient, ModuleFunctions.LossGradient>? LossGradientFault { get; init; }

    /// <inheritdoc/>
    public override (Matrix<double> Output, Matrix<double> Memory) LinearForward(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> x) =>
        (LinearForwardFault?.Invoke(base.LinearForward) ?? base.LinearForward)(configuration, layer, x);

    /// <inheritdoc/>
    public override Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient) =>
        (LinearBackwardFault?.Invoke(base.LinearBackward) ?? base.LinearBackward)(configuration, layer, gradient);

    /// <inheritdoc/>
    public override LinearParameters LinearDescent(
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        IReadOnlyList<double> trainMask) =>
        (LinearDescentFault?.Invoke(base.LinearDescent) ?? base.LinearDescent)(configuration, layer, gradient, memory, trainMask);

    /// <inheritdoc/>
    public override (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x) =>
        (LayerNormForwardFault?.Invoke(base.LayerNormForward) ?? base.LayerNormForward)(configuration, layer, x);

    /// <inheritdoc/>
    public override Matrix<double> LayerNormBackward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        (LayerNormBackwardFault?.Invoke(base.LayerNormBackward) ?? base.LayerNormBackward)(configuration, layer, gradient, memory);

    /// <inheritdoc/>
    public override LayerNormParameters LayerNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask) =>
        (LayerNormDescentFault?.Invoke(base.LayerNormDescent) ?? base.LayerNormDescent)(configuration, layer, gradient, memory, trainMask);

    /// <inheritdoc/>
    public override (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask) =>
        (AttentionForwardFault?.Invoke(base.AttentionForward) ?? base.AttentionForward)(configuration, query, key, value, x, iclMask);

    /// <inheritdoc/>
    public override Matrix<double> AttentionBackward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) =>
        (AttentionBackwardFault?.Invoke(base.AttentionBackward) ?? base.AttentionBackward)(
            configuration, gradient, memory, trainMask, iclMask);

    /// <inheritdoc/>
    public override (Matrix<double> Query, Matrix<double> Key) AttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, AttentionMemory memory, Matrix<double>? iclMask) =>
        (AttentionScoreBackwardFault?.Invoke(base.AttentionScoreBackward) ?? base.AttentionScoreBackward)(configuration, value, gradient, memory, iclMask);

    /// <inheritdoc/>
    public override (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z) =>
        (ActivationForwardFault?.Invoke(base.ActivationForward) ?? base.ActivationForward)(configuration, z);

    /// <inheritdoc/>
    public override Matrix<double> ActivationBackward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory) =>
        (ActivationBackwardFault?.Invoke(base.ActivationBackward) ?? base.ActivationBackward)(configuration, gradient, memory);

    /// <inheritdoc/>
    public override Matrix<double> LossGradient(
        TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence) =>
        (LossGradientFault?.Invoke(base.LossGradient) ?? base.LossGradient)(configuration, tokenEmbedding, y, sequence);
}
