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

    /// <summary>Bounds by parameter: "mlp.outer.weight", "mlp.outer.bias", "mlp.inner.…", "mlp_norm.bias", "attention.output.…", "attention.value.…", "attention_norm.bias".</summary>
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
        if (!configuration.BackpropagateThroughAttention)
        {
            throw new RuleViolationException(
                "the certificate of a block needs the gradient to pass through attention",
                "backprop_through_attention false",
                "set it to true");
        }

        var certifier = new ModuleCertifier(configuration);
        var bounds = new Dictionary<string, double>();
        var mask = Vector<double>.Build.DenseOfEnumerable(sequence.TrainMask);
        var gradient = simulated;
        var outer = chain;

        // forward: output = middle + Outer·σ(Inner·MlpNorm(middle))
        var copies = configuration.Departures.MlpBiasLearntPerChunk ? configuration.Auxiliary.MlpChunkCount : 1;
        Record("mlp.outer", forward.Activated, memory.Input(Place.Outer), copies);
        chain = certifier.Linear(chain, layer.Outer.Weight, gradient);
        gradient = SimulatedLinear.Backward(configuration, layer.Outer.Weight, gradient);
        chain = certifier.Activation(chain, forward.PreActivation, memory.Input(Place.Activation), gradient);
        gradient = SimulatedActivation.Backward(configuration, gradient, memory.Input(Place.Activation));
        Record("mlp.inner", forward.MlpNorm.Output, memory.Input(Place.Inner));
        chain = certifier.Linear(chain, layer.Inner.Weight, gradient);
        gradient = SimulatedLinear.Backward(configuration, layer.Inner.Weight, gradient);
        bounds["mlp_norm.bias"] = Bias();
        chain = certifier.LayerNorm(chain, layer.MlpNorm, forward.Middle, memory.Norm(Place.MlpNorm), gradient).Plus(outer);
        gradient = SimulatedLayerNorm.Backward(configuration, layer.MlpNorm, gradient, memory.Norm(Place.MlpNorm)) + simulated;

        // forward: middle = input + Output·attention(AttentionNorm(input))
        var (middle, residual) = (chain, gradient);
        Record("attention.output", forward.Attention.Output, memory.Input(Place.Output));
        chain = certifier.Linear(chain, layer.Output.Weight, gradient);
        gradient = SimulatedLinear.Backward(configuration, layer.Output.Weight, gradient);
        var attention = new AttentionState(forward.Attention, memory.Attention(Place.Attention), configuration.Auxiliary.HeadCount, sequence);
        var atHeads = (Chain: chain, Gradient: gradient);
        var values = SimulatedAttention.Backward(configuration, gradient, memory.Attention(Place.Attention), sequence.TrainMask, sequence.IclMask);
        chain = certifier.AttentionValues(atHeads.Chain, attention, atHeads.Gradient, values);
        gradient = values;
        Record("attention.value", forward.AttentionNorm.Output, SimulatedGate.Factor(configuration) * memory.Attention(Place.Attention).Input);
        chain = certifier.Attention(atHeads.Chain, attention, layer, atHeads.Gradient, values);
        (gradient, _, _) = SimulatedAttention.BackwardDescent(
            configuration, layer.Value, atHeads.Gradient, memory.Attention(Place.Attention), sequence.TrainMask, sequence.IclMask);
        bounds["attention_norm.bias"] = Bias();
        chain = certifier.LayerNorm(chain, layer.AttentionNorm, forward.Input, memory.Norm(Place.AttentionNorm), gradient).Plus(middle);
        gradient = SimulatedLayerNorm.Backward(configuration, layer.AttentionNorm, gradient, memory.Norm(Place.AttentionNorm)) + residual;
        return new BlockCertificate { Input = chain, SimulatedInput = gradient, Parameters = bounds };

        void Record(string name, Matrix<double> x, Matrix<double> stored, int biasCopies = 1)
        {
            bounds[name + ".weight"] = chain.WeightGradient(gradient, x, stored, mask);
            bounds[name + ".bias"] = Bias() + ((biasCopies - 1) * RowNorms.Upper(mask * gradient));
        }

        double Bias()
        {
            var ones = Matrix<double>.Build.Dense(gradient.RowCount, 1, 1);
            return chain.WeightGradient(gradient, ones, ones, mask);
        }
    }
}
