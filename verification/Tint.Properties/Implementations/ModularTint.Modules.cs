using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <content>The modules, each handed on; a subclass may change one for whole models and for itself.</content>
public partial class ModularTint
{
    /// <inheritdoc/>
    public virtual (Matrix<double> Output, Matrix<double> Memory) LinearForward(TintConfiguration configuration, LinearParameters layer, Matrix<double> x) =>
        Modules.LinearForward(configuration, layer, x);

    /// <inheritdoc/>
    public virtual Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient) =>
        Modules.LinearBackward(configuration, layer, gradient);

    /// <inheritdoc/>
    public virtual LinearParameters LinearDescent(
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        IReadOnlyList<double> trainMask) =>
        Modules.LinearDescent(configuration, layer, gradient, memory, trainMask);

    /// <inheritdoc/>
    public virtual (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x) =>
        Modules.LayerNormForward(configuration, layer, x);

    /// <inheritdoc/>
    public virtual Matrix<double> LayerNormBackward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        Modules.LayerNormBackward(configuration, layer, gradient, memory);

    /// <inheritdoc/>
    public virtual LayerNormParameters LayerNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask) =>
        Modules.LayerNormDescent(configuration, layer, gradient, memory, trainMask);

    /// <inheritdoc/>
    public virtual (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask) =>
        Modules.AttentionForward(configuration, query, key, value, x, iclMask);

    /// <inheritdoc/>
    public virtual Matrix<double> AttentionBackward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) =>
        Modules.AttentionBackward(configuration, gradient, memory, trainMask, iclMask);

    /// <inheritdoc/>
    public virtual (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) =>
        Modules.AttentionBackwardDescent(configuration, value, gradient, memory, trainMask, iclMask);

    /// <inheritdoc/>
    public virtual (Matrix<double> Query, Matrix<double> Key) AttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, AttentionMemory memory, Matrix<double>? iclMask) =>
        Modules.AttentionScoreBackward(configuration, value, gradient, memory, iclMask);

    /// <inheritdoc/>
    public virtual (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z) =>
        Modules.ActivationForward(configuration, z);

    /// <inheritdoc/>
    public virtual Matrix<double> ActivationBackward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory) =>
        Modules.ActivationBackward(configuration, gradient, memory);

    /// <inheritdoc/>
    public virtual Matrix<double> LossGradient(
        TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence) =>
        Modules.LossGradient(configuration, tokenEmbedding, y, sequence);
}
