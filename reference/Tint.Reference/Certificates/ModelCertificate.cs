using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Certificates;

/// <summary>
/// Bounds on simulated minus true gradient for a whole model's first step: true is the auxiliary model's exact gradient with the same
/// weights, simulated is what TinT's descents use. Computed from the simulated run, never from the true gradient below the loss.
/// </summary>
public sealed record ModelCertificate
{
    /// <summary>The gradient at the final norm's output: the loss gradients are compared directly.</summary>
    public required CertificateChain Output { get; init; }

    /// <summary>The bound for the gradient of the final norm's β.</summary>
    public required double FinalNormBias { get; init; }

    /// <summary>The trained blocks, the lowest first.</summary>
    public required IReadOnlyList<BlockCertificate> Blocks { get; init; }

    /// <summary>Bounds for the parameters of the nodes behind the blocks, as in "final_norm.bias"; of GPT-2 and OPT as published that is <see cref="FinalNormBias"/>.</summary>
    public IReadOnlyDictionary<string, double> Outside { get; init; } = new Dictionary<string, double>();

    /// <summary>Runs both forward passes and the simulated backward pass, and certifies every step.</summary>
    /// <param name="configuration">The TinT, with backpropagation through attention.</param>
    /// <param name="weights">The auxiliary model's weights.</param>
    /// <param name="sequence">One sequence.</param>
    /// <exception cref="RuleViolationException">Configuration, weights or sequence break a rule.</exception>
    public static ModelCertificate Of(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(sequence);
        AdmissibleShapes.Check(configuration);
        var exact = ExactModel.Forward(weights, sequence);
        var state = exact.Embedded;
        var memories = new List<BlockMemory>();
        foreach (var layer in weights.Layers)
        {
            (state, var memory) = SimulatedBlock.Forward(configuration, layer, state, sequence.IclMask);
            memories.Add(memory);
        }

        var (output, finalMemory) = SimulatedLayerNorm.Forward(configuration, weights.FinalNorm, state);
        var simulated = SimulatedLoss.Gradient(configuration, weights.TokenEmbedding, output, sequence);
        var truth = ExactLoss.Backward(configuration.Loss, weights.TokenEmbedding, exact.FinalNorm.Output, sequence).OutputGradient
            * sequence.LossWeight(configuration.Optimiser);
        var chain = CertificateChain.From(RowNorms.Of(simulated - truth));
        var top = chain;
        var ones = Matrix<double>.Build.Dense(sequence.Length, 1, 1);
        sequence = sequence.InDescents(configuration.Departures);
        var mask = Vector<double>.Build.DenseOfEnumerable(sequence.TrainMask);
        var bias = chain.WeightGradient(simulated, ones, ones, mask);
        var finalInput = exact.Layers.Count > 0 ? exact.Layers[^1].Output : exact.Embedded;
        chain = new ModuleCertifier(configuration).LayerNorm(chain, weights.FinalNorm, finalInput, finalMemory, simulated);
        var gradient = SimulatedLayerNorm.Backward(configuration, weights.FinalNorm, simulated, finalMemory);

        var blocks = new List<BlockCertificate>();
        for (var index = weights.Layers.Count - 1; index >= weights.Layers.Count - configuration.TrainedLayers; index--)
        {
            var block = BlockCertificate.Of(
                configuration, weights.Layers[index], exact.Layers[index], memories[index], gradient, chain, sequence);
            blocks.Insert(0, block);
            (chain, gradient) = (block.Input, block.SimulatedInput);
        }

        return new ModelCertificate { Output = top, FinalNormBias = bias, Blocks = blocks };
    }
}
