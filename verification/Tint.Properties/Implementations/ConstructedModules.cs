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

    public HiddenStates LinearForward(LinearParameters layer, Matrix<double> x) =>
        new LinearForward(configuration, LinearMemory).Run(States(Stack(layer), x), arithmetic);

    public HiddenStates LinearBackward(LinearParameters layer, Matrix<double> gradient) =>
        new LinearBackward(configuration, LinearMemory).Run(States(Stack(layer), gradient), arithmetic);

    public HiddenStates LinearDescent(
        LinearParameters layer, Matrix<double> gradient, Matrix<double> memory, IReadOnlyList<double> trainMask) =>
        new LinearDescent(configuration, LinearMemory).Run(States(Stack(layer), gradient, (LinearMemory, memory)), trainMask, arithmetic);

    public HiddenStates LayerNormForward(LayerNormParameters layer, Matrix<double> x) =>
        new LayerNormForward(configuration, NormMemory).Run(States(Stack(layer), x), arithmetic);

    public HiddenStates LayerNormBackward(LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        new LayerNormBackward(configuration, NormMemory).Run(NormStates(layer, gradient, memory), arithmetic);

    public HiddenStates LayerNormDescent(
        LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, IReadOnlyList<double> trainMask) =>
        new LayerNormDescent(configuration, NormMemory).Run(NormStates(layer, gradient, memory), trainMask, arithmetic);

    public HiddenStates AttentionForward(
        LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double>? iclMask) =>
        new AttentionForward(configuration, AttentionMemory).Run(
            States(Stack(query), x), Stack(key), Stack(value), iclMask, arithmetic);

    public HiddenStates AttentionBackward(
        Matrix<double> gradient, AttentionMemory memory, IReadOnlyList<double> trainMask, Matrix<double>? iclMask) =>
        new AttentionBackward(configuration, AttentionMemory).Run(
            AttentionStates(EmptyPrefixes(), gradient, memory), trainMask, iclMask, arithmetic);

    public HiddenStates AttentionBackwardDescent(
        LinearParameters value,
        Matrix<double> gradient,
        AttentionMemory memory,
        IReadOnlyList<double> trainMask,
        Matrix<double>? iclMask) =>
        new AttentionBackwardDescent(configuration, AttentionMemory).Run(
            AttentionStates(Stack(value), gradient, memory), trainMask, iclMask, arithmetic);

    public HiddenStates ActivationForward(Matrix<double> z) =>
        new ActivationForward(configuration, ActivationMemory).Run(States(EmptyPrefixes(), z), arithmetic);

    public HiddenStates ActivationBackward(Matrix<double> gradient, Matrix<double> memory) =>
        new ActivationBackward(configuration, ActivationMemory).Run(
            States(EmptyPrefixes(), gradient, (ActivationMemory, memory)), arithmetic);

    public Tracked LossGradient(Matrix<double> tokenEmbedding, Matrix<double> y, TokenSequence sequence)
    {
        var loss = new LossGradient(configuration, tokenEmbedding);
        var output = new Tracked(y);
        return loss.Run(output, loss.Logits(output, sequence.Length, arithmetic), sequence, arithmetic)
            ?? new Tracked(Matrix<double>.Build.Dense(sequence.Length, y.ColumnCount));
    }

    /// <summary>A token slot's contents, [T × D_aux].</summary>
    public static Tracked Token(HiddenStates states, int slot) =>
        states.Tokens[slot] ?? new Tracked(Matrix<double>.Build.Dense(states.Tokens.RowCount, states.Tokens.Width));

    private Slots Stack(LinearParameters layer) => PrefixStack.Stack(configuration, layer);

    private Slots Stack(LayerNormParameters layer) => PrefixStack.Stack(configuration, layer);

    private Slots EmptyPrefixes() =>
        Slots.Zero(configuration.PrefixCount, configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix + 1);

    private HiddenStates NormStates(LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        States(Stack(layer), gradient, (NormMemory, memory.Normalized), (NormMemory + 1, memory.Input));

    private HiddenStates AttentionStates(Slots prefixes, Matrix<double> gradient, AttentionMemory memory) => States(
        prefixes,
        gradient,
        (AttentionMemory, memory.Query),
        (AttentionMemory + 1, memory.Key),
        (AttentionMemory + 2, memory.Input));

    private HiddenStates States(Slots prefixes, Matrix<double> signal, params (int Slot, Matrix<double> Contents)[] memory)
    {
        var tokens = Slots.Zero(signal.RowCount, configuration.Auxiliary.HiddenSize, configuration.RowsPerPrefix + 1)
            .With(0, new Tracked(signal));
        return new HiddenStates(
            prefixes, memory.Aggregate(tokens, (slots, entry) => slots.With(entry.Slot, new Tracked(entry.Contents))));
    }
}
