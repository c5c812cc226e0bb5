using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>
/// Bounds on the error of one trained block: of the gradient at its input and of every parameter gradient that a descent uses, simulated
/// minus true, in the Frobenius norm (certificates.md, section 6).
/// </summary>
public sealed record BlockCertificate
{
    /// <summary>The gradient at the block's input.</summary>
    public required CertificateChain Input { get; init; }

    /// <summary>g̃ at the block's input, as the simulation's own modules compute it, [T × D].</summary>
    public required Matrix<double> SimulatedInput { get; init; }

    /// <summary>Bounds by parameter: "mlp.outer.weight", "mlp.outer.bias", "mlp.inner.…", "mlp.norm.bias", "attention.output.…", "attention.value.…", "attention.norm.bias".</summary>
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    /// <summary>Runs the simulated backward pass of a block and certifies every step of it.</summary>
    /// <param name="configuration">The TinT, with backpropagation through attention.</param>
    /// <param name="layer">The block's weights.</param>
    /// <param name="forward">The exact forward pass of the block in the auxiliary model.</param>
    /// <param name="memory">What the simulated forward pass left.</param>
    /// <param name="simulated">g̃ at the block's output, [T × D].</param>
    /// <param name="chain">A bound on its error.</param>
    /// <param name="sequence">The sequence.</param>
    /// <exception cref="RuleViolationException">The gradient skips attention, or a shape does not fit.</exception>
    public static BlockCertificate Of(
        TintConfiguration configuration,
        AuxiliaryLayer layer,
        ExactLayerForward forward,
        BlockMemory memory,
        Matrix<double> simulated,
        CertificateChain chain,
        TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(simulated);
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(sequence);
        return Of(configuration, BlockPlan.Of(configuration.Auxiliary), layer, Truth(forward), memory, new CertifiedGradient(simulated, chain), sequence).Block;
    }

    /// <summary>The certificate of a block of any plan, and the gradient at an encoder's output where the block reads one.</summary>
    internal static (BlockCertificate Block, CertifiedGradient? Encoded) Of(
        TintConfiguration configuration,
        BlockPlan plan,
        AuxiliaryLayer layer,
        BlockMemory truth,
        BlockMemory memory,
        CertifiedGradient gradient,
        TokenSequence sequence)
    {
        if (!configuration.BackpropagateThroughAttention)
        {
            throw new RuleViolationException(
                "the certificate of a block needs the gradient to pass through attention",
                "backprop_through_attention false",
                "set it to true");
        }

        var reading = new CertifiedBackward(configuration, layer, truth, memory, sequence);
        var input = Walk.Backward(plan, reading, gradient);
        return (new BlockCertificate { Input = input.Chain, SimulatedInput = input.Gradient, Parameters = reading.Bounds }, reading.Encoded);
    }

    /// <summary>What the leaves of GPT-2's block read in the auxiliary model.</summary>
    private static BlockMemory Truth(ExactLayerForward forward) => new(new Placed<LeafMemory>(
        (Place.AttentionNorm, 0, new LayerNormMemory(forward.AttentionNorm.Output, forward.Input)),
        (Place.Attention, 0, new AttentionMemory(forward.Attention.Query, forward.Attention.Key, forward.AttentionNorm.Output)),
        (Place.Output, 0, new InputMemory(forward.Attention.Output)),
        (Place.MlpNorm, 0, new LayerNormMemory(forward.MlpNorm.Output, forward.Middle)),
        (Place.Inner, 0, new InputMemory(forward.MlpNorm.Output)),
        (Place.Activation, 0, new InputMemory(forward.PreActivation)),
        (Place.Outer, 0, new InputMemory(forward.Activated))));
}
