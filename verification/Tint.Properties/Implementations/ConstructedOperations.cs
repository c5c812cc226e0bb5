using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.CrossAttention;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Properties.Implementations;

/// <summary>The literal construction of the operations of other architectures, one module at a time, as <see cref="ConstructedModules"/> has those of the published code.</summary>
/// <param name="configuration">The construction's shape and options.</param>
/// <param name="arithmetic">The arithmetic, which may follow rounding.</param>
internal sealed class ConstructedOperations(TintConfiguration configuration, Arithmetic arithmetic)
{
    private readonly ConstructedModules _modules = new(configuration, arithmetic);

    private int Width => configuration.Auxiliary.HiddenSize;

    private int Attention => MemorySlots.Attention(configuration);

    /// <summary>Output, x̂ and x.</summary>
    public (Tracked Output, Tracked Normalized, Tracked Input) RmsNormForward(LayerNormParameters layer, Matrix<double> x)
    {
        var slot = MemorySlots.LayerNorm(configuration);
        var states = new RmsNormForward(configuration, slot).Run(_modules.NormStates(layer, x), arithmetic);
        return (ConstructedModules.Token(states, 0), ConstructedModules.Token(states, slot), ConstructedModules.Token(states, slot + 1));
    }

    /// <summary>The gradient at x.</summary>
    public Tracked RmsNormBackward(LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) => ConstructedModules.Token(
        new RmsNormBackward(configuration, MemorySlots.LayerNorm(configuration)).Run(_modules.NormStates(layer, gradient, memory), arithmetic), 0);

    /// <summary>The prefixes after the descent.</summary>
    public Slots RmsNormDescent(LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, IReadOnlyList<double> trainMask) =>
        new RmsNormDescent(configuration, MemorySlots.LayerNorm(configuration)).Run(_modules.NormStates(layer, gradient, memory), trainMask, arithmetic).Prefixes;

    /// <summary>a∘b, a and b.</summary>
    public (Tracked Output, Tracked Left, Tracked Right) ProductForward(Matrix<double> left, Matrix<double> right)
    {
        var slot = MemorySlots.Product(configuration);
        var states = new ProductForward(configuration, slot).Run(_modules.States(_modules.EmptyPrefixes(), left, (1, right)), arithmetic);
        return (ConstructedModules.Token(states, 0), ConstructedModules.Token(states, slot), ConstructedModules.Token(states, slot + 1));
    }

    /// <summary>The gradients at a and b.</summary>
    public (Tracked Left, Tracked Right) ProductBackward(Matrix<double> gradient, ProductMemory memory)
    {
        var slot = MemorySlots.Product(configuration);
        var states = new ProductBackward(configuration, slot).Run(_modules.States(_modules.EmptyPrefixes(), gradient, (slot, memory.Left), (slot + 1, memory.Right)), arithmetic);
        return (ConstructedModules.Token(states, 0), ConstructedModules.Token(states, 1));
    }

    /// <summary>Output, Qx, Kx filled up with zeros, and x.</summary>
    public (Tracked Output, Tracked Query, Tracked Key, Tracked Input) AttentionForward(
        AttentionForm form, LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double>? iclMask)
    {
        var states = new AttentionForward(configuration, Attention, form).Run(_modules.LinearStates(query, x), Stack(key), Stack(value), iclMask, arithmetic);
        return (
            ConstructedModules.Token(states, 0), ConstructedModules.Token(states, Attention), ConstructedModules.Token(states, Attention + 1),
            ConstructedModules.Token(states, Attention + 2));
    }

    /// <summary>The gradient at x, and the prefixes with the value layer after the descent.</summary>
    public (Tracked Input, Slots Prefixes) AttentionBackwardDescent(
        AttentionForm form, LinearParameters value, Matrix<double> gradient, AttentionMemory memory, IReadOnlyList<double> trainMask, Matrix<double>? iclMask)
    {
        var states = _modules.States(Stack(value), gradient, (Attention, memory.Query), (Attention + 1, Padded(memory.Key)), (Attention + 2, memory.Input));
        var output = new AttentionBackwardDescent(configuration, Attention, form).Run(states, trainMask, iclMask, arithmetic);
        return (ConstructedModules.Token(output, 0), output.Prefixes);
    }

    /// <summary>Output and Qx at the tokens; Ke and e at the other sequence's.</summary>
    public (Tracked Output, Tracked Query, Tracked Key, Tracked Other) CrossAttentionForward(
        LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double> other)
    {
        var (states, others) = new CrossAttentionForward(configuration, Attention).Run(
            _modules.LinearStates(query, x), _modules.States(_modules.EmptyPrefixes(), other).Tokens, Stack(key), Stack(value), arithmetic);
        var answering = states with { Tokens = others };
        return (
            ConstructedModules.Token(states, 0), ConstructedModules.Token(states, Attention), ConstructedModules.Token(answering, Attention + 1),
            ConstructedModules.Token(answering, Attention + 2));
    }

    /// <summary>The gradient at e, and the prefixes with the value layer after the descent.</summary>
    public (Tracked Other, Slots Prefixes) CrossAttentionBackwardDescent(LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory)
    {
        var (states, answering) = new CrossAttentionBackwardDescent(configuration, Attention).Run(
            _modules.States(Stack(value), gradient, (Attention, memory.Query)), Answering(memory), arithmetic);
        return (ConstructedModules.Token(states with { Tokens = answering }, 0), states.Prefixes);
    }

    /// <summary>The gradients at the queries, and at the other sequence's keys.</summary>
    public (Tracked Query, Tracked Key) CrossAttentionScoreBackward(LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory)
    {
        var (states, answering) = new AttentionScoreBackward(configuration, Attention).RunAcross(
            _modules.States(Stack(value), gradient, (Attention, memory.Query)), Answering(memory), arithmetic);
        return (ConstructedModules.Token(states, 0), ConstructedModules.Token(states with { Tokens = answering }, 1));
    }

    private Slots Answering(CrossAttentionMemory memory) => _modules.States(
        _modules.EmptyPrefixes(), Matrix<double>.Build.Dense(memory.Other.RowCount, Width), (Attention + 1, memory.Key), (Attention + 2, memory.Other)).Tokens.With(0, null);

    /// <summary>Fewer columns filled up with zeros.</summary>
    private Matrix<double> Padded(Matrix<double> rows) => rows.ColumnCount == Width
        ? rows
        : Matrix<double>.Build.Dense(rows.RowCount, Width, (t, column) => column < rows.ColumnCount ? rows.At(t, column) : 0);

    private Slots Stack(LinearParameters layer) => PrefixStack.Stack(configuration, InnerChunks.Inner(layer, 0));
}
