using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Simulation;

/// <summary>What TinT's root-mean-square normalisation modules compute: forward, backward and descent of y = Γ x̂, in closed form.</summary>
/// <remarks>
/// A slot beside its mirror image has mean 0 and variance mean x², so the formulas are those of <see cref="SimulatedLayerNorm"/> with S(x) = ρx/√(eps +
/// ρ·mean x²) + (1 − ρ)x and β = 0, gate by gate. Only γ can learn: a descent leaves the bias at 0.
/// </remarks>
public static class SimulatedRmsNorm
{
    /// <summary>Y = ρ³ S(X) Γᵀ, [T × D_aux], and what the backward pass needs.</summary>
    /// <param name="configuration">Gives ρ and eps.</param>
    /// <param name="layer">γ (or a dense Γ), and a bias of zeros.</param>
    /// <param name="x">X, [T × D_aux].</param>
    /// <exception cref="RuleViolationException">X has another width than γ, or the bias is not 0.</exception>
    public static (Matrix<double> Output, LayerNormMemory Memory) Forward(TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x)
    {
        Check(layer);
        return SimulatedLayerNorm.Forward(configuration, layer, x, centred: false);
    }

    /// <summary>
    /// ∂X = ρ[ρ N(S(F) − ρ·memory) + (1 − ρ)S(F)], F = ρ(U/N + ρ X) + (1 − ρ)U, U = ρ G Γ; with the central stencil ρ(N/2)(S(ρX + U/N) − S(ρX − U/N));
    /// all [T × D_aux].
    /// </summary>
    /// <param name="configuration">Gives ρ, N, the stencil and eps.</param>
    /// <param name="layer">γ (or a dense Γ) as it was before the descent, and a bias of zeros.</param>
    /// <param name="gradient">G = ∂Y, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or the bias is not 0.</exception>
    public static Matrix<double> Backward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory)
    {
        Check(layer);
        return SimulatedLayerNorm.Backward(configuration, layer, gradient, memory, centred: false);
    }

    /// <summary>Γ ← ρ(Γ − η Σ m g (ρ²z)ᵀ) unless biases alone are trained, then Γ ← ρΓ; of that the diagonal alone where departure V5 is off.</summary>
    /// <param name="configuration">Gives ρ, η and the switches.</param>
    /// <param name="layer">γ (or a dense Γ), and a bias of zeros.</param>
    /// <param name="gradient">Rows g_t, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="trainMask">m, [T] of 0 and 1.</param>
    /// <returns>The layer after the step, and the summed gradients, which are 0 for a γ that is not trained and for the bias.</returns>
    /// <exception cref="RuleViolationException">A shape or the mask breaks a rule, or the bias is not 0.</exception>
    public static (LayerNormParameters Updated, LayerNormParameters Gradient) Descent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        var step = Step(configuration, layer, gradient, memory, new TrainedTokens(trainMask, gradient.RowCount));
        return (Updated(configuration, layer, step), step);
    }

    /// <summary>The summed gradients that a descent subtracts, 0 for the bias.</summary>
    internal static LayerNormParameters Step(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, TrainedTokens tokens)
    {
        Check(layer);
        return SimulatedLayerNorm.Step(configuration, layer, gradient, memory, tokens) with { Bias = Vector<double>.Build.Dense(layer.Bias.Count) };
    }

    /// <summary>The layer after a step: Γ ← ρ(Γ − η S); the bias stays 0.</summary>
    internal static LayerNormParameters Updated(TintConfiguration configuration, LayerNormParameters layer, LayerNormParameters step) =>
        SimulatedLayerNorm.Updated(configuration, layer, step) with { Bias = Vector<double>.Build.Dense(layer.Bias.Count) };

    private static void Check(LayerNormParameters layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (layer.Bias.Find(static entry => entry != 0, Zeros.AllowSkip) is var (i, entry))
        {
            throw new RuleViolationException(
                "a root-mean-square normalisation must have no bias", $"{entry} at {i}", "pass zeros for β, or use a LayerNorm");
        }
    }
}
