using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Modules;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Properties.Laws;

/// <summary>The literal construction's modules with a bound on every number, after <see cref="Tolerance"/> or another model of rounding.</summary>
/// <param name="configuration">The construction's shape and options.</param>
/// <param name="rounding">The rounding that bounds cover; null for that of two float64 computations.</param>
internal sealed class ReferenceModules(TintConfiguration configuration, RoundingModel? rounding = null)
{
    private readonly RoundingModel _rounding = rounding ?? Tolerance.Module;

    private readonly ConstructedModules _modules = new(
        configuration, rounding is null ? Tolerance.ModuleArithmetic : Arithmetic.Tracking(rounding));

    public (Bounded Output, Bounded Memory) LinearForward(LinearParameters layer, Matrix<double> x)
    {
        var states = _modules.LinearForward(_modules.LinearStates(layer, x));
        return (Token(states, 0), Token(states, MemorySlots.Linear(configuration)));
    }

    public Bounded LinearBackward(LinearParameters layer, Matrix<double> gradient) => Token(_modules.LinearBackward(_modules.LinearStates(layer, gradient)), 0);

    public BoundedLayer LinearDescent(
        LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, IReadOnlyList<double> trainMask) =>
        Layer(_modules.LinearDescent(_modules.LinearStates(layer, gradient, memory), trainMask));

    public (Bounded Output, Bounded Normalized, Bounded Input) LayerNormForward(LayerNormParameters layer, Matrix<double> x)
    {
        var states = _modules.LayerNormForward(_modules.NormStates(layer, x));
        var memory = MemorySlots.LayerNorm(configuration);
        return (Token(states, 0), Token(states, memory), Token(states, memory + 1));
    }

    public Bounded LayerNormBackward(LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        Token(_modules.LayerNormBackward(_modules.NormStates(layer, gradient, memory)), 0);

    public BoundedLayer LayerNormDescent(
        LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, IReadOnlyList<double> trainMask) =>
        Layer(_modules.LayerNormDescent(_modules.NormStates(layer, gradient, memory), trainMask));

    public (Bounded Output, Bounded Query, Bounded Key, Bounded Input) AttentionForward(
        LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double>? iclMask)
    {
        var states = _modules.AttentionForward(_modules.LinearStates(query, x), _modules.Stack(key), _modules.Stack(value), iclMask);
        var memory = MemorySlots.Attention(configuration);
        return (Token(states, 0), Token(states, memory), Token(states, memory + 1), Token(states, memory + 2));
    }

    public Bounded AttentionBackward(
        Matrix<double> gradient, AttentionMemory memory, IReadOnlyList<double> trainMask, Matrix<double>? iclMask) =>
        Token(_modules.AttentionBackward(_modules.AttentionStates(null, gradient, memory), trainMask, iclMask), 0);

    public (Bounded InputGradient, BoundedLayer Updated) AttentionBackwardDescent(
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask)
    {
        var states = _modules.AttentionBackwardDescent(_modules.AttentionStates(value, gradient, memory), trainMask, iclMask);
        return (Token(states, 0), Layer(states));
    }

    public (Bounded Query, Bounded Key) AttentionScoreBackward(
        LinearParameters value, Matrix<double> gradient, AttentionMemory memory, Matrix<double>? iclMask)
    {
        var states = _modules.AttentionScoreBackward(_modules.AttentionStates(value, gradient, memory), iclMask);
        return (Token(states, 0), Token(states, 1));
    }

    public (Bounded Output, Bounded Memory) ActivationForward(Matrix<double> z)
    {
        var states = _modules.ActivationForward(_modules.ActivationStates(z));
        return (Token(states, 0), Token(states, MemorySlots.Activation(configuration)));
    }

    public Bounded ActivationBackward(Matrix<double> gradient, Matrix<double> memory) =>
        Token(_modules.ActivationBackward(_modules.ActivationStates(gradient, memory)), 0);

    public Bounded LossGradient(Matrix<double> head, Matrix<double> y, TokenSequence sequence, Vector<double>? headBias = null) =>
        Bounded.Of(_modules.LossGradient(head, y, sequence, headBias), _rounding);

    private Bounded Token(HiddenStates states, int slot) => Bounded.Of(ConstructedModules.Token(states, slot), _rounding);

    private BoundedLayer Layer(HiddenStates states)
    {
        var value = PrefixStack.Unstack(configuration, states.Prefixes);
        var bound = PrefixStack.Unstack(configuration, Errors.Of(states.Prefixes, _rounding));
        return new BoundedLayer(
            new Bounded(value.Weight, bound.Weight), new Bounded(value.Bias.ToColumnMatrix(), bound.Bias.ToColumnMatrix()));
    }
}
