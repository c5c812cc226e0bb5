using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;

namespace Tint.Reference.Exact;

/// <summary>One pre-norm block of the auxiliary model and its exact backward pass.</summary>
/// <remarks>x ← x + Output·attention(AttentionNorm(x)), then x ← x + Outer·σ(Inner·MlpNorm(x)), biases included.</remarks>
public static class ExactLayer
{
    /// <summary>Runs the block.</summary>
    /// <param name="layer">The block's parameters.</param>
    /// <param name="configuration">The auxiliary model's shape, σ and eps.</param>
    /// <param name="input">x, [T × D_aux].</param>
    /// <param name="iclMask">The pairs that attention may use, [T × T]; null allows all j ≤ i.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static ExactLayerForward Forward(
        AuxiliaryLayer layer, AuxiliaryConfiguration configuration, Matrix<double> input, Matrix<double>? iclMask = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(input);
        var attentionNorm = ExactLayerNorm.Forward(layer.AttentionNorm, configuration.LayerNormEpsilon, input);
        var query = ExactLinear.Forward(layer.Query, attentionNorm.Output);
        var key = ExactLinear.Forward(layer.Key, attentionNorm.Output);
        var value = ExactLinear.Forward(layer.Value, attentionNorm.Output);
        var attention = ExactAttention.Forward(query, key, value, configuration.HeadCount, iclMask);
        var middle = input + ExactLinear.Forward(layer.Output, attention.Output);
        var mlpNorm = ExactLayerNorm.Forward(layer.MlpNorm, configuration.LayerNormEpsilon, middle);
        var preActivation = ExactLinear.Forward(layer.Inner, mlpNorm.Output);
        var activated = ExactActivation.Forward(configuration.Activation, preActivation);
        var output = middle + ExactLinear.Forward(layer.Outer, activated);
        return new ExactLayerForward
        {
            Input = input,
            AttentionNorm = attentionNorm,
            Attention = attention,
            Middle = middle,
            MlpNorm = mlpNorm,
            PreActivation = preActivation,
            Activated = activated,
            Output = output,
        };
    }

    /// <summary>The gradients of the block, line by line from the last of the forward pass to the first.</summary>
    /// <param name="layer">The block's parameters.</param>
    /// <param name="configuration">The auxiliary model's shape, σ and eps.</param>
    /// <param name="forward">What the forward pass kept.</param>
    /// <param name="outputGradient">The gradient at the block's output, [T × D_aux].</param>
    /// <param name="iclMask">The mask of the forward pass.</param>
    /// <exception cref="RuleViolationException">A shape does not fit.</exception>
    public static ExactLayerGradient Backward(
        AuxiliaryLayer layer,
        AuxiliaryConfiguration configuration,
        ExactLayerForward forward,
        Matrix<double> outputGradient,
        Matrix<double>? iclMask = null) => Backward(layer, configuration, forward, outputGradient, iclMask, followScores: true);

    /// <summary>The same; without the scores' path queries and keys have gradients, but nothing goes back through them.</summary>
    internal static ExactLayerGradient Backward(
        AuxiliaryLayer layer,
        AuxiliaryConfiguration configuration,
        ExactLayerForward forward,
        Matrix<double> outputGradient,
        Matrix<double>? iclMask,
        bool followScores)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(outputGradient);

        // forward: output = middle + Outer·activated
        var (activatedGradient, outer) = ExactLinear.Backward(layer.Outer, forward.Activated, outputGradient);

        // forward: activated = σ(z)
        var preActivationGradient = ExactActivation.Backward(configuration.Activation, forward.PreActivation, activatedGradient);

        // forward: z = Inner·MlpNorm(middle)
        var (mlpNormOutput, inner) = ExactLinear.Backward(layer.Inner, forward.MlpNorm.Output, preActivationGradient);
        var (mlpNormInput, mlpNorm) = ExactLayerNorm.Backward(layer.MlpNorm, forward.MlpNorm, mlpNormOutput);
        var middleGradient = outputGradient + mlpNormInput;

        // forward: middle = input + Output·attention(q, k, v)
        var (attentionOutputGradient, output) = ExactLinear.Backward(layer.Output, forward.Attention.Output, middleGradient);
        var attention = ExactAttention.Backward(forward.Attention, attentionOutputGradient, configuration.HeadCount, iclMask);

        // forward: q, k, v = Query·n, Key·n, Value·n with n = AttentionNorm(input)
        var normalised = forward.AttentionNorm.Output;
        var (valuePath, value) = ExactLinear.Backward(layer.Value, normalised, attention.Value);
        var (keyPath, key) = ExactLinear.Backward(layer.Key, normalised, attention.Key);
        var (queryPath, query) = ExactLinear.Backward(layer.Query, normalised, attention.Query);
        var scorePath = queryPath + keyPath;

        // forward: n = AttentionNorm(input)
        var (attentionNormInput, attentionNorm) =
            ExactLayerNorm.Backward(layer.AttentionNorm, forward.AttentionNorm, followScores ? valuePath + scorePath : valuePath);
        return new ExactLayerGradient
        {
            OutputGradient = outputGradient,
            PreActivationGradient = preActivationGradient,
            MiddleGradient = middleGradient,
            AttentionOutputGradient = attentionOutputGradient,
            Attention = attention,
            ValuePath = valuePath,
            ScorePath = scorePath,
            InputGradient = middleGradient + attentionNormInput,
            Parameters = new AuxiliaryLayer
            {
                AttentionNorm = attentionNorm,
                Query = query,
                Key = key,
                Value = value,
                Output = output,
                MlpNorm = mlpNorm,
                Inner = inner,
                Outer = outer,
            },
        };
    }
}
