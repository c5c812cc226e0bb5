using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Properties.Implementations;

/// <summary>
/// The literal construction, one module at a time: a layer is stacked into prefixes, signal and memory are put into token slots, the
/// module's transformer layers run, and the hidden states that come out are handed back for their slots to be read.
/// </summary>
/// <param name="configuration">The construction's shape and options.</param>
/// <param name="arithmetic">The arithmetic, which may follow rounding.</param>
internal sealed class ConstructedModules(TintConfiguration configuration, Arithmetic arithmetic)
{
    private int LinearMemory => MemorySlots.Linear(configuration);

    private int NormMemory => MemorySlots.LayerNorm(configuration);

    private int AttentionMemory => MemorySlots.Attention(configuration);

    private int ActivationMemory => MemorySlots.Activation(configuration);

    public HiddenStates LinearForward(HiddenStates states) => new LinearForward(configuration, LinearMemory).Run(states, arithmetic);

    public HiddenStates LinearBackward(HiddenStates states) => new LinearBackward(configuration, LinearMemory).Run(states, arithmetic);

    public HiddenStates LinearDescent(HiddenStates states, IReadOnlyList<double> trainMask) =>
        new LinearDescent(configuration, LinearMemory).Run(states, trainMask, arithmetic);

    public HiddenStates LayerNormForward(HiddenStates states) => new LayerNormForward(configuration, NormMemory).Run(states, arithmetic);

    public HiddenStates LayerNormBackward(HiddenStates states) => new LayerNormBackward(configuration, NormMemory).Run(states, arithmetic);

    public HiddenStates LayerNormDescent(HiddenStates states, IReadOnlyList<double> trainMask) =>
        new LayerNormDescent(configuration, NormMemory).Run(states, trainMask, arithmetic);

    public HiddenStates AttentionForward(HiddenStates states, Slots key, Slots value, Matrix<double>? iclMask) =>
        new AttentionForward(configuration, AttentionMemory).Run(states, key, value, iclMask, arithmetic);

    public HiddenStates AttentionBackward(HiddenStates states, IReadOnlyList<double> trainMask, Matrix<double>? iclMask) =>
        new AttentionBackward(configuration, AttentionMemory).Run(states, trainMask, iclMask, arithmetic);

    public HiddenStates AttentionBackwardDescent(HiddenStates states, IReadOnlyList<double> trainMask, Matrix<double>? iclMask) =>
        new AttentionBackwardDescent(configuration, AttentionMemory).Run(states, trainMask, iclMask, arithmetic);

    public HiddenStates AttentionScoreBackward(HiddenStates states, Matrix<double>? iclMask) =>
        new AttentionScoreBackward(configuration, AttentionMemory).Run(states, iclMask, arithmetic);

    public HiddenStates ActivationForward(HiddenStates states) =>
        new ActivationForward(configuration, ActivationMemory).Run(states, arithmetic);

    public HiddenStates ActivationBackward(HiddenStates states) =>
        new ActivationBackward(configuration, ActivationMemory).Run(states, arithmetic);

    public Tracked LossGradient(Matrix<double> head, Matrix<double> y, TokenSequence sequence, Vector<double>? headBias = null)
    {
        var loss = new LossGradient(configuration, head, headBias);
        var output = new Tracked(y);
        var gradient = loss.Run(output, loss.Logits(output, sequence.Length, arithmetic), sequence, arithmetic);
        return (configuration.Optimiser.MeanOverTargets ? new LossMean(configuration).Run(gradient, States(EmptyPrefixes(), y), sequence, arithmetic) : gradient)
            ?? new Tracked(Matrix<double>.Build.Dense(sequence.Length, y.ColumnCount));
    }

    /// <summary>A token slot's contents, [T × D_aux].</summary>
    public static Tracked Token(HiddenStates states, int slot) =>
        states.Tokens[slot] ?? new Tracked(Matrix<double>.Build.Dense(states.Tokens.RowCount, states.Tokens.Width));

    /// <summary>A layer in the prefixes, a signal in the tokens, and for a descent the memory of x.</summary>
    public HiddenStates LinearStates(LinearParameters layer, Matrix<double> signal, Matrix<double>? memory = null) =>
        States(Stack(layer), signal, (LinearMemory, memory));

    /// <summary>A normalisation in the prefixes, a signal in the tokens, and behind the forward pass the memory of x̂ and x.</summary>
    public HiddenStates NormStates(LayerNormParameters layer, Matrix<double> signal, LayerNormMemory? memory = null) => States(
        PrefixStack.Stack(configuration, layer), signal, (NormMemory, memory?.Normalized), (NormMemory + 1, memory?.Input));

    /// <summary>A value layer or nothing in the prefixes, a gradient in the tokens, and the memory of Qx, Kx, x.</summary>
    public HiddenStates AttentionStates(LinearParameters? value, Matrix<double> gradient, AttentionMemory memory) => States(
        value is null ? EmptyPrefixes() : Stack(value),
        gradient,
        (AttentionMemory, memory.Query),
        (AttentionMemory + 1, memory.Key),
        (AttentionMemory + 2, memory.Input));

    /// <summary>Nothing in the prefixes, a signal in the tokens, and behind the forward pass the memory of z.</summary>
    public HiddenStates ActivationStates(Matrix<double> signal, Matrix<double>? memory = null) =>
        States(EmptyPrefixes(), signal, (ActivationMemory, memory));

    /// <summary>A layer in prefixes.</summary>
    public Slots Stack(LinearParameters layer) => PrefixStack.Stack(configuration, layer);

    /// <summary>Prefixes that hold nothing.</summary>
    public Slots EmptyPrefixes() =>
        Slots.Zero(configuration.PrefixCount, configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix + 1);

    /// <summary>Prefixes, a signal in the tokens, and what their other slots hold.</summary>
    public HiddenStates States(Slots prefixes, Matrix<double> signal, params (int Slot, Matrix<double>? Contents)[] memory)
    {
        var tokens = Slots.Zero(signal.RowCount, configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix + 1)
            .With(0, new Tracked(signal));
        return new HiddenStates(prefixes, memory.Aggregate(
            tokens, (slots, entry) => entry.Contents is null ? slots : slots.With(entry.Slot, new Tracked(entry.Contents))));
    }
}
