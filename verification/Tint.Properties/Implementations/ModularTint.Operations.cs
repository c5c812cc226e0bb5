using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <content>The operations of other architectures, each handed on; a subclass may change one for itself.</content>
public partial class ModularTint
{
    /// <inheritdoc/>
    public virtual (Matrix<double> Output, LayerNormMemory Memory) RmsNormForward(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> x) =>
        Modules.RmsNormForward(configuration, layer, x);

    /// <inheritdoc/>
    public virtual Matrix<double> RmsNormBackward(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory) =>
        Modules.RmsNormBackward(configuration, layer, gradient, memory);

    /// <inheritdoc/>
    public virtual LayerNormParameters RmsNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask) =>
        Modules.RmsNormDescent(configuration, layer, gradient, memory, trainMask);

    /// <inheritdoc/>
    public virtual (Matrix<double> Output, ProductMemory Memory) ProductForward(TintConfiguration configuration, Matrix<double> left, Matrix<double> right) =>
        Modules.ProductForward(configuration, left, right);

    /// <inheritdoc/>
    public virtual (Matrix<double> Left, Matrix<double> Right) ProductBackward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        ProductMemory memory) =>
        Modules.ProductBackward(configuration, gradient, memory);

    /// <inheritdoc/>
    public virtual (Matrix<double> Output, AttentionMemory Memory) FormedAttentionForward(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask) =>
        Modules.FormedAttentionForward(configuration, form, query, key, value, x, iclMask);

    /// <inheritdoc/>
    public virtual (Matrix<double> InputGradient, LinearParameters Updated) FormedAttentionBackwardDescent(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) =>
        Modules.FormedAttentionBackwardDescent(configuration, form, value, gradient, memory, trainMask, iclMask);

    /// <inheritdoc/>
    public virtual (Matrix<double> Output, CrossAttentionMemory Memory) CrossAttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double> other) =>
        Modules.CrossAttentionForward(configuration, query, key, value, x, other);

    /// <inheritdoc/>
    public virtual (Matrix<double> OtherGradient, LinearParameters Updated) CrossAttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        CrossAttentionMemory memory) =>
        Modules.CrossAttentionBackwardDescent(configuration, value, gradient, memory);

    /// <inheritdoc/>
    public virtual (Matrix<double> Query, Matrix<double> Key) CrossAttentionScoreBackward(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        CrossAttentionMemory memory) =>
        Modules.CrossAttentionScoreBackward(configuration, value, gradient, memory);
}
