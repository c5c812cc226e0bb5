using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Properties.Implementations;

/// <summary>
/// TinT's modules as functions of one sequence's signals, [T × D_aux] with a token a row: what an implementation provides to be put under the
/// laws. Memory is what the forward module leaves behind for the backward module and the descent. What the published code has not is optional.
/// </summary>
public interface ITintModules : ITintOperations
{
    /// <summary>The name that reports give the implementation.</summary>
    public string Name { get; }

    /// <summary>Whether modules read <see cref="TintConfiguration.UseSoftmax"/>; laws about softmax attention alone are not tried where they do not.</summary>
    public bool RunsSoftmaxAlone => false;

    /// <summary>Whether descents and losses read <see cref="TintConfiguration.Optimiser"/>; laws about optimisers other than the plain one are not tried where they do not.</summary>
    public bool RunsOptimisers => false;

    /// <summary>y = W x + b, and the memory of x.</summary>
    public (Matrix<double> Output, Matrix<double> Memory) LinearForward(TintConfiguration configuration, LinearParameters layer, Matrix<double> x);

    /// <summary>Wᵀ g.</summary>
    public Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient);

    /// <summary>W − η Σ m g xᵀ and b − η Σ m g; with weight decay of (1 − ηλ)W and (1 − ηλ)b.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="layer">W and b.</param>
    /// <param name="gradient">g, [T × D_aux].</param>
    /// <param name="memory">The memory of x.</param>
    /// <param name="trainMask">m, [T].</param>
    public LinearParameters LinearDescent(
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        IReadOnlyList<double> trainMask);

    /// <summary>γ∘x̂ + β, and the memory of x̂ and x.</summary>
    public (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x);

    /// <summary>N(f(x + γ∘g/N) − x̂).</summary>
    public Matrix<double> LayerNormBackward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory);

    /// <summary>β − η Σ m g and, unless only biases are trained, γ − η Σ m g x̂; with weight decay of what is trained (1 − ηλ) is left.</summary>
    public LayerNormParameters LayerNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask);

    /// <summary>Causal softmax attention of the auxiliary heads, and the memory of Qx, Kx and x.</summary>
    public (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask);

    /// <summary>The stop-gradient at the values, g_v[i] = Σ_j a_ji g[j] over j with i ≥ j or m_j = 1.</summary>
    public Matrix<double> AttentionBackward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask);

    /// <summary>Attention's backward, then the value layer's backward and descent: W_Vᵀ g_v and the updated W_V, b_V.</summary>
    public (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask);

    /// <summary>
    /// The gradients at queries and keys through the scores, by a finite difference of softmax attention: what a TinT with departure V1 turned off has, and the published code has not.
    /// </summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="value">W_V and b_V before the descent.</param>
    /// <param name="gradient">g, [T × D_aux].</param>
    /// <param name="memory">The memory of Qx, Kx and x.</param>
    /// <param name="iclMask">As in the forward pass.</param>
    /// <exception cref="MissingModuleException">The implementation has none.</exception>
    public (Matrix<double> Query, Matrix<double> Key) AttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, AttentionMemory memory, Matrix<double>? iclMask) =>
        throw new MissingModuleException(nameof(AttentionScoreBackward));

    /// <summary>σ(z), and the memory of z.</summary>
    public (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z);

    /// <summary>N(σ(z + g/N) − σ(z)).</summary>
    public Matrix<double> ActivationBackward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory);

    /// <summary>The loss gradient at the final norm's output y, [T × D_aux], of the sum or, where the optimiser says so, the mean over targets.</summary>
    public Matrix<double> LossGradient(
        TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence);
}
