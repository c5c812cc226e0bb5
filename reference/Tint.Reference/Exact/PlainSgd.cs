using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Exact;

/// <summary>
/// Plain SGD on the auxiliary model, the dynamic evaluation that TinT simulates: θ ← θ − η ∂loss/∂θ, with the exact gradient of the loss summed
/// over the trained targets of one sequence. Queries and keys are trained, which TinT does not do (V1).
/// </summary>
public static class PlainSgd
{
    /// <summary>Trains a copy of the parameters on one sequence and evaluates the result on it.</summary>
    /// <param name="weights">θ before the first step.</param>
    /// <param name="sequence">The tokens and masks.</param>
    /// <param name="options">What to train, and how.</param>
    /// <exception cref="RuleViolationException">An input breaks a rule, more layers are to be trained than there are, or training diverges.</exception>
    public static PlainSgdResult Run(AuxiliaryWeights weights, TokenSequence sequence, PlainSgdOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(options);
        var layerCount = weights.Configuration.LayerCount;
        if (options.TrainedLayers > layerCount)
        {
            throw new RuleViolationException(
                "TrainedLayers must be at most Auxiliary.LayerCount", $"{options.TrainedLayers} of {layerCount} layers", $"use 0 to {layerCount}");
        }

        var forward = ExactModel.Forward(weights, sequence);
        var (originalLogits, losses) = (forward.Logits, new List<double>());
        for (var step = 0; step < options.Steps; step++)
        {
            var gradient = ExactModel.Backward(forward, options.Loss);
            losses.Add(gradient.Loss);
            weights = Step(weights, gradient.Parameters, options);
            forward = ExactModel.Forward(weights, sequence);
        }

        losses.Add(ExactLoss.Evaluate(options.Loss, weights.TokenEmbedding, forward.FinalNorm.Output, sequence));
        return new PlainSgdResult
        {
            Losses = losses,
            OriginalLogits = originalLogits,
            Logits = forward.Logits,
            Weights = weights,
        };
    }

    /// <summary>θ − η·gradient on the blocks that are trained; the others stay.</summary>
    /// <param name="weights">θ.</param>
    /// <param name="gradient">The gradient, in the shape of θ.</param>
    /// <param name="options">What to train, and η.</param>
    /// <exception cref="RuleViolationException">The shapes differ.</exception>
    public static AuxiliaryWeights Step(AuxiliaryWeights weights, AuxiliaryWeights gradient, PlainSgdOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        return AuxiliaryWeightsAlgebra.AddScaled(weights, -options.LearningRate, Trained(gradient, options));
    }

    /// <summary>Whether a block is trained.</summary>
    /// <param name="block">The block.</param>
    /// <param name="configuration">The shape of its model.</param>
    /// <param name="options">What to train.</param>
    public static bool Trains(ParameterBlock block, AuxiliaryConfiguration configuration, PlainSgdOptions options)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        return block.Kind switch
        {
            ParameterKind.Embedding => options.TrainEmbeddings,
            ParameterKind.NormWeight when options.LayerNormBiasOnly => false,
            _ => block.Layer is not { } layer || layer >= configuration.LayerCount - options.TrainedLayers,
        };
    }

    private static AuxiliaryWeights Trained(AuxiliaryWeights gradient, PlainSgdOptions options) => AuxiliaryWeightsAlgebra.Replace(
        gradient, block => Trains(block, gradient.Configuration, options) ? null : new double[block.Values.Length]);
}
