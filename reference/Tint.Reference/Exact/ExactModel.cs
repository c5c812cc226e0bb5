using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Exact;

/// <summary>
/// The auxiliary model as it is: forward, loss and backpropagation through every parameter, attention's score path and the tied
/// embeddings included. The two families differ in names and layouts only, so one arithmetic serves both.
/// </summary>
public static class ExactModel
{
    /// <summary>Embeds the tokens and runs every block and the final norm.</summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="sequence">The tokens, with an optional icl mask.</param>
    /// <exception cref="RuleViolationException">Weights or sequence break a rule, or the model's output overflows.</exception>
    public static ExactForward Forward(AuxiliaryWeights weights, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(sequence);
        weights.Configuration.RequirePublished("the exact model of GPT-2 and OPT");
        weights.Check();
        sequence.Check(weights.Configuration);
        var configuration = weights.Configuration;

        // x_t = E[id_t] + P[position_t]
        var embedded = Matrix<double>.Build.Dense(
            sequence.Length,
            configuration.HiddenSize,
            (t, column) => weights.TokenEmbedding.At(sequence.InputIds[t], column) + weights.PositionEmbedding.At(sequence.PositionOf(t), column));
        var layers = new List<ExactLayerForward>(weights.Layers.Count);
        var state = embedded;
        foreach (var layer in weights.Layers)
        {
            layers.Add(ExactLayer.Forward(layer, configuration, state, sequence.IclMask));
            state = layers[^1].Output;
        }

        // y = FinalNorm(x)
        var finalNorm = ExactLayerNorm.Forward(weights.FinalNorm, configuration.LayerNormEpsilon, state);
        Require.Finite(finalNorm.Output, "the auxiliary model's output");
        return new ExactForward(weights, sequence, embedded, layers, finalNorm);
    }

    /// <summary>The loss of one sequence, summed over the trained targets (see <see cref="ExactLoss"/>).</summary>
    /// <inheritdoc cref="Forward" path="/exception"/>
    /// <param name="weights">The parameters.</param>
    /// <param name="sequence">The tokens and masks.</param>
    /// <param name="loss">Which loss.</param>
    public static double Loss(AuxiliaryWeights weights, TokenSequence sequence, LossKind loss)
    {
        var forward = Forward(weights, sequence);
        return ExactLoss.Evaluate(loss, forward.Weights.TokenEmbedding, forward.FinalNorm.Output, sequence);
    }

    /// <summary>The gradient of one sequence's loss with respect to every parameter.</summary>
    /// <param name="forward">The forward pass.</param>
    /// <param name="loss">Which loss.</param>
    /// <exception cref="RuleViolationException">The loss or a gradient overflows.</exception>
    public static ExactGradient Backward(ExactForward forward, LossKind loss) => Backward(forward, loss, followScores: true, weight: 1);

    /// <summary>The gradient of the loss that a TinT takes, which may be the mean over the targets.</summary>
    /// <param name="forward">The forward pass.</param>
    /// <param name="configuration">Gives the loss, and whether it is a sum or a mean.</param>
    /// <exception cref="RuleViolationException">The loss or a gradient overflows, or there is no target to take the mean of.</exception>
    public static ExactGradient Backward(ExactForward forward, TintConfiguration configuration) => Backward(forward, configuration, followScores: true);

    /// <summary>The same, or a gradient that does not go back through the scores of attention (V1).</summary>
    internal static ExactGradient Backward(ExactForward forward, TintConfiguration configuration, bool followScores)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(configuration);
        return Backward(forward, configuration.Loss, followScores, forward.Sequence.LossWeight(configuration.Optimiser));
    }

    private static ExactGradient Backward(ExactForward forward, LossKind loss, bool followScores, double weight)
    {
        ArgumentNullException.ThrowIfNull(forward);
        var (weights, sequence, configuration) = (forward.Weights, forward.Sequence, forward.Weights.Configuration);

        // forward: loss = Σ_t w_t ℓ(E y_t)
        var end = ExactLoss.Backward(loss, weights.TokenEmbedding, forward.FinalNorm.Output, sequence);
        if (weight != 1)
        {
            end = new ExactLossGradient(weight * end.Loss, weight * end.OutputGradient, weight * end.HeadGradient);
        }

        // forward: y = FinalNorm(x)
        var (state, finalNorm) = ExactLayerNorm.Backward(weights.FinalNorm, forward.FinalNorm, end.OutputGradient);

        // forward: x ← layer(x), first to last
        var layers = new ExactLayerGradient[weights.Layers.Count];
        for (var index = layers.Length - 1; index >= 0; index--)
        {
            layers[index] = ExactLayer.Backward(weights.Layers[index], configuration, forward.Layers[index], state, sequence.IclMask, followScores);
            state = layers[index].InputGradient;
        }

        // forward: x_t = E[id_t] + P[position_t]
        var tokenEmbedding = end.HeadGradient;
        var positionEmbedding = Matrix<double>.Build.Dense(configuration.MaximumPositions, configuration.HiddenSize);
        ColumnMajor.AddToRows(tokenEmbedding, [.. sequence.InputIds], state);
        ColumnMajor.AddToRows(positionEmbedding, [.. Enumerable.Range(0, sequence.Length).Select(sequence.PositionOf)], state);
        var parameters = new AuxiliaryWeights
        {
            Configuration = configuration,
            TokenEmbedding = tokenEmbedding,
            PositionEmbedding = positionEmbedding,
            Layers = [.. layers.Select(layer => layer.Parameters)],
            FinalNorm = finalNorm,
        };
        RequireFinite(parameters);
        return new ExactGradient
        {
            Loss = end.Loss,
            OutputGradient = end.OutputGradient,
            Layers = layers,
            EmbeddedGradient = state,
            Parameters = parameters,
        };
    }

    /// <summary>The gradient of the loss summed over a batch, whose sequences share the parameters and do not mix.</summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="sequences">The sequences, at least one.</param>
    /// <param name="loss">Which loss.</param>
    /// <returns>The summed loss and its gradient, in the shape of the parameters.</returns>
    /// <exception cref="RuleViolationException">There is no sequence, an input breaks a rule, or a number overflows.</exception>
    public static (double Loss, AuxiliaryWeights Gradient) Gradient(
        AuxiliaryWeights weights, IReadOnlyList<TokenSequence> sequences, LossKind loss)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        Require.AtLeast(sequences.Count, 1, "the number of sequences");
        var total = 0.0;
        AuxiliaryWeights? sum = null;
        foreach (var sequence in sequences)
        {
            var gradient = Backward(Forward(weights, sequence), loss);
            total += gradient.Loss;
            sum = sum is null ? gradient.Parameters : AuxiliaryWeightsAlgebra.Add(sum, gradient.Parameters);
        }

        return (total, sum!);
    }

    private static void RequireFinite(AuxiliaryWeights gradient)
    {
        foreach (var block in AuxiliaryWeightsAlgebra.Blocks(gradient))
        {
            if (Require.FirstNotFinite(block.Values.Span) is { } place)
            {
                throw new RuleViolationException(
                    "every gradient must be finite", $"{block.Values.Span[place]} in the gradient of {block.Name}", "scale the weights down");
            }
        }
    }
}
