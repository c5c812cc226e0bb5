using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <summary>
/// Modules of the operations that other architectures than the published code's are made of. Each is optional: one that is not implemented throws
/// <see cref="MissingModuleException"/>, and the laws about it are not tried.
/// </summary>
public interface ITintOperations
{
    /// <summary>γ∘x̂ with x̂ = x/√(mean x² + eps), and the memory of x̂ and x. β is 0.</summary>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public (Matrix<double> Output, LayerNormMemory Memory) RmsNormForward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x) =>
        throw new MissingModuleException(nameof(RmsNormForward));

    /// <summary>N(f(x + γ∘g/N) − x̂), f(x) = x/√(mean x² + eps).</summary>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public Matrix<double> RmsNormBackward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        throw new MissingModuleException(nameof(RmsNormBackward));

    /// <summary>Unless only biases are trained, γ − η Σ m g x̂; β stays 0.</summary>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public LayerNormParameters RmsNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask) => throw new MissingModuleException(nameof(RmsNormDescent));

    /// <summary>a∘b, and the memory of a and b, all [T × D_aux].</summary>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public (Matrix<double> Output, ProductMemory Memory) ProductForward(TintConfiguration configuration, Matrix<double> left, Matrix<double> right) =>
        throw new MissingModuleException(nameof(ProductForward));

    /// <summary>g∘b and g∘a.</summary>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public (Matrix<double> Left, Matrix<double> Right) ProductBackward(TintConfiguration configuration, Matrix<double> gradient, ProductMemory memory) =>
        throw new MissingModuleException(nameof(ProductBackward));

    /// <summary>Softmax attention of a form of its own, and the memory of Qx, Kx and x. Fewer key and value heads make their layers and memory [heads·d] wide.</summary>
    /// <exception cref="MissingModuleException">The implementation has none, or none of this form.</exception>
    public (Matrix<double> Output, AttentionMemory Memory) FormedAttentionForward(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask) => throw new MissingModuleException(nameof(FormedAttentionForward));

    /// <summary>Its backward, then the value layer's backward and descent: W_Vᵀ g_v and the updated W_V, b_V.</summary>
    /// <exception cref="MissingModuleException">The implementation has none, or none of this form.</exception>
    public (Matrix<double> InputGradient, LinearParameters Updated) FormedAttentionBackwardDescent(
        TintConfiguration configuration,
        AttentionForm form,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) => throw new MissingModuleException(nameof(FormedAttentionBackwardDescent));

    /// <summary>Softmax attention from x, [T × D_aux], to all tokens of another sequence e, [S × D_aux], and the memory of Qx, Ke and e.</summary>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public (Matrix<double> Output, CrossAttentionMemory Memory) CrossAttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double> other) => throw new MissingModuleException(nameof(CrossAttentionForward));

    /// <summary>Its backward to e, of whose tokens all count, then the value layer's backward and descent: W_Vᵀ g_v, [S × D_aux], and the updated W_V, b_V.</summary>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public (Matrix<double> OtherGradient, LinearParameters Updated) CrossAttentionBackwardDescent(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory) =>
        throw new MissingModuleException(nameof(CrossAttentionBackwardDescent));

    /// <summary>The gradients at its queries, [T × D_aux], and keys, [S × D_aux], through the scores, as of <see cref="ITintModules.AttentionScoreBackward"/>.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="value">W_V and b_V before the descent.</param>
    /// <param name="gradient">g, [T × D_aux].</param>
    /// <param name="memory">The memory of Qx, Ke and e.</param>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public (Matrix<double> Query, Matrix<double> Key) CrossAttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory) =>
        throw new MissingModuleException(nameof(CrossAttentionScoreBackward));
}
