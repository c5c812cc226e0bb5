using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Modules;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Properties.Implementations;

/// <summary>
/// The literal construction: layers in prefixes, signal and memory in token slots, and the transformer layers that the paper builds.
/// </summary>
public sealed partial class ConstructionTint : ITint
{
    private readonly Arithmetic _arithmetic;

    /// <summary>The construction in plain arithmetic.</summary>
    public ConstructionTint()
        : this(Arithmetic.Plain)
    {
    }

    /// <summary>The construction's modules in an arithmetic that may be perturbed; whole models stay plain.</summary>
    internal ConstructionTint(Arithmetic arithmetic) => _arithmetic = arithmetic;

    /// <inheritdoc/>
    public bool RunsFamilies => true;

    /// <inheritdoc/>
    public bool RunsSoftmaxAlone => true;

    /// <inheritdoc/>
    public bool RunsOptimisers => true;

    /// <inheritdoc/>
    public string Name => "construction";

    /// <inheritdoc/>
    public (Matrix<double> Output, Matrix<double> Memory) LinearForward(
        TintConfiguration configuration, LinearParameters layer, Matrix<double> x)
    {
        var modules = Modules(configuration);
        var states = modules.LinearForward(modules.LinearStates(layer, x));
        return (Token(states, 0), Token(states, MemorySlots.Linear(configuration)));
    }

    /// <inheritdoc/>
    public Matrix<double> LinearBackward(TintConfiguration configuration, LinearParameters layer, Matrix<double> gradient)
    {
        var modules = Modules(configuration);
        return Token(modules.LinearBackward(modules.LinearStates(layer, gradient)), 0);
    }

    /// <inheritdoc/>
    public LinearParameters LinearDescent(
        TintConfiguration configuration,
        LinearParameters layer,
        Matrix<double> gradient,
        Matrix<double> memory,
        IReadOnlyList<double> trainMask)
    {
        var modules = Modules(configuration);
        return PrefixStack.Unstack(configuration, modules.LinearDescent(modules.LinearStates(layer, gradient, memory), trainMask).Prefixes);
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, LayerNormMemory Memory) LayerNormForward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> x)
    {
        var modules = Modules(configuration);
        var states = modules.LayerNormForward(modules.NormStates(layer, x));
        var memory = MemorySlots.LayerNorm(configuration);
        return (Token(states, 0), new LayerNormMemory(Token(states, memory), Token(states, memory + 1)));
    }

    /// <inheritdoc/>
    public Matrix<double> LayerNormBackward(
        TintConfiguration configuration, LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory)
    {
        var modules = Modules(configuration);
        return Token(modules.LayerNormBackward(modules.NormStates(layer, gradient, memory)), 0);
    }

    /// <inheritdoc/>
    public LayerNormParameters LayerNormDescent(
        TintConfiguration configuration,
        LayerNormParameters layer,
        Matrix<double> gradient,
        LayerNormMemory memory,
        IReadOnlyList<double> trainMask)
    {
        var modules = Modules(configuration);
        return PrefixStack.UnstackNorm(configuration, modules.LayerNormDescent(modules.NormStates(layer, gradient, memory), trainMask).Prefixes);
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, AttentionMemory Memory) AttentionForward(
        TintConfiguration configuration,
        LinearParameters query,
        LinearParameters key,
        LinearParameters value,
        Matrix<double> x,
        Matrix<double>? iclMask)
    {
        var modules = Modules(configuration);
        var states = modules.AttentionForward(modules.LinearStates(query, x), modules.Stack(key), modules.Stack(value), iclMask);
        var memory = MemorySlots.Attention(configuration);
        return (Token(states, 0), new AttentionMemory(Token(states, memory), Token(states, memory + 1), Token(states, memory + 2)));
    }

    /// <inheritdoc/>
    public Matrix<double> AttentionBackward(
        TintConfiguration configuration,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var modules = Modules(configuration);
        return Token(modules.AttentionBackward(modules.AttentionStates(null, gradient, memory), trainMask, iclMask), 0);
    }

    /// <inheritdoc/>
    public (Matrix<double> InputGradient, LinearParameters Updated) AttentionBackwardDescent(
        TintConfiguration configuration,
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var modules = Modules(configuration);
        var states = modules.AttentionBackwardDescent(modules.AttentionStates(value, gradient, memory), trainMask, iclMask);
        return (Token(states, 0), PrefixStack.Unstack(configuration, states.Prefixes));
    }

    /// <inheritdoc/>
    public (Matrix<double> Query, Matrix<double> Key) AttentionScoreBackward(
        TintConfiguration configuration, LinearParameters value, Matrix<double> gradient, AttentionMemory memory, Matrix<double>? iclMask)
    {
        var modules = Modules(configuration);
        var states = modules.AttentionScoreBackward(modules.AttentionStates(value, gradient, memory), iclMask);
        return (Token(states, 0), Token(states, 1));
    }

    /// <inheritdoc/>
    public (Matrix<double> Output, Matrix<double> Memory) ActivationForward(TintConfiguration configuration, Matrix<double> z)
    {
        var modules = Modules(configuration);
        var states = modules.ActivationForward(modules.ActivationStates(z));
        return (Token(states, 0), Token(states, MemorySlots.Activation(configuration)));
    }

    /// <inheritdoc/>
    public Matrix<double> ActivationBackward(TintConfiguration configuration, Matrix<double> gradient, Matrix<double> memory)
    {
        var modules = Modules(configuration);
        return Token(modules.ActivationBackward(modules.ActivationStates(gradient, memory)), 0);
    }

    /// <inheritdoc/>
    public Matrix<double> LossGradient(
        TintConfiguration configuration, Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence) =>
        Modules(configuration).LossGradient(tokenEmbedding, y, sequence).Value;

    /// <inheritdoc/>
    public TintOutcome Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
    {
        var result = new ConstructedTint(configuration, weights).Run(batch);
        return new TintOutcome(
            [.. result.Sequences.Select(sequence => new TintOutcome.OfSequence(
                sequence.OriginalLogits, sequence.Logits, sequence.UpdatedWeights))],
            result.OriginalLoss,
            result.FinalLoss);
    }

    private ConstructedModules Modules(TintConfiguration configuration) => new(configuration, _arithmetic);

    private static Matrix<double> Token(HiddenStates states, int slot) => ConstructedModules.Token(states, slot).Value;
}
