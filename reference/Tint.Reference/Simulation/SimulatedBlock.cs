using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Simulation;

/// <summary>One transformer block of the auxiliary model as TinT runs it, forward, and backward together with the descents: its plan read in closed form.</summary>
/// <remarks>
/// The MLP runs as C chunks: W₁'s rows and W₂'s columns cD … (c+1)D with bias b₂/C, every chunk through the same gates. Its sum is
/// Σ_c ρ(W₂c a_c + b₂/C) = ρ(W₂ a + b₂) over the whole inner width, and backward Σ_c ρW₁cᵀv_c = ρW₁ᵀv: the chunks change nothing except that
/// each of them learns its share of b₂ with the full η. They start equal and receive equal updates, hence stay equal, and their sum moves
/// by −η·C·Σ m g (deviation V2; by −η Σ m g where it is turned off). Residual streams carry no gate.
/// </remarks>
public static class SimulatedBlock
{
    /// <summary>The block's output, [T × D_aux], and what its backward pass needs.</summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">The block's weights.</param>
    /// <param name="x">The residual stream, [T × D_aux].</param>
    /// <param name="iclMask">The pairs that may attend, [T × T] of 0 and 1, or null for all.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static (Matrix<double> Output, BlockMemory Memory) Forward(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> x, Matrix<double>? iclMask)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Forward(configuration, BlockPlan.Of(configuration.Auxiliary), layer, x, iclMask);
    }

    /// <summary>A block of any plan forward.</summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="plan">The block's plan.</param>
    /// <param name="layer">The block's weights, at the plan's places.</param>
    /// <param name="x">The residual stream, [T × D_aux].</param>
    /// <param name="iclMask">The pairs that may attend, [T × T] of 0 and 1, or null for all.</param>
    /// <exception cref="RuleViolationException">A shape does not fit, or the closed form of a leaf is not known.</exception>
    public static (Matrix<double> Output, BlockMemory Memory) Forward(
        TintConfiguration configuration, BlockPlan plan, AuxiliaryLayer layer, Matrix<double> x, Matrix<double>? iclMask) =>
        Forward(configuration, plan, layer, x, iclMask, encoded: null);

    /// <summary>A block of any plan forward, which may read an encoder's output, [S × D_aux].</summary>
    internal static (Matrix<double> Output, BlockMemory Memory) Forward(
        TintConfiguration configuration, BlockPlan plan, AuxiliaryLayer layer, Matrix<double> x, Matrix<double>? iclMask, Matrix<double>? encoded)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        var reading = new SimulatedForward(configuration, layer, iclMask, encoded);
        var output = Walk.Forward(plan, reading, x);
        return (output, reading.Memory);
    }

    /// <summary>
    /// The gradient at the block's input, [T × D_aux], the block's weights after the step (Q and K are the same objects unless the score path is kept), and the summed
    /// gradients that the descents subtracted.
    /// </summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="layer">The block's weights before the step.</param>
    /// <param name="gradient">G, the gradient at the block's output, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="sequence">Gives the train mask and the icl mask.</param>
    /// <exception cref="RuleViolationException">A shape or a mask breaks a rule.</exception>
    public static (Matrix<double> InputGradient, AuxiliaryLayer Updated, AuxiliaryLayer Gradient) BackwardDescent(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> gradient, BlockMemory memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return BackwardDescent(configuration, BlockPlan.Of(configuration.Auxiliary), layer, gradient, memory, sequence);
    }

    /// <summary>A block of any plan backward, with its descents; the result is that of the block of an auxiliary model.</summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="plan">The block's plan.</param>
    /// <param name="layer">The block's weights before the step.</param>
    /// <param name="gradient">G, the gradient at the block's output, [T × D_aux].</param>
    /// <param name="memory">What the forward pass left.</param>
    /// <param name="sequence">Gives the train mask and the icl mask.</param>
    /// <exception cref="RuleViolationException">A shape or a mask breaks a rule, or the closed form of a leaf is not known.</exception>
    public static (Matrix<double> InputGradient, AuxiliaryLayer Updated, AuxiliaryLayer Gradient) BackwardDescent(
        TintConfiguration configuration, BlockPlan plan, AuxiliaryLayer layer, Matrix<double> gradient, BlockMemory memory, TokenSequence sequence)
    {
        var (input, reading) = Backward(configuration, plan, layer, gradient, memory, sequence);
        return (input, reading.Updated, reading.Gradient);
    }

    /// <summary>
    /// A block of any plan backward, with all that its descents, and cross-attention, leave; with momentum that needs the weights before the last step, and else null.
    /// </summary>
    internal static (Matrix<double> InputGradient, SimulatedBackward Reading) Backward(
        TintConfiguration configuration,
        BlockPlan plan,
        AuxiliaryLayer layer,
        Matrix<double> gradient,
        BlockMemory memory,
        TokenSequence sequence,
        AuxiliaryLayer? previous = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(sequence);
        var reading = new SimulatedBackward(
            configuration, plan, layer, memory, sequence, new TrainedTokens(sequence.TrainMask, gradient.RowCount), previous);
        return (Walk.Backward(plan, reading, gradient), reading);
    }
}
