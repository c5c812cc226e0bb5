using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>
/// The forward pass through one auxiliary block: norm → attention → output projection → + residual → norm → MLP in C chunks, summed → +
/// residual. Before each module the prefixes are loaded with that module's weights; behind it the memory is kept for the backward pass.
/// </summary>
/// <remarks>Source: C22.</remarks>
internal sealed class BlockForward
{
    private readonly int _normMemory;
    private readonly int _attentionMemory;
    private readonly int _linearMemory;
    private readonly int _activationMemory;
    private readonly LayerNormForward _norm;
    private readonly AttentionForward _attention;
    private readonly LinearForward _linear;
    private readonly ActivationForward _activation;

    public BlockForward(TintConfiguration configuration)
    {
        _normMemory = MemorySlots.LayerNorm(configuration);
        _attentionMemory = MemorySlots.Attention(configuration);
        _linearMemory = MemorySlots.Linear(configuration);
        _activationMemory = MemorySlots.Activation(configuration);
        _norm = new LayerNormForward(configuration, _normMemory);
        _attention = new AttentionForward(configuration, _attentionMemory);
        _linear = new LinearForward(configuration, _linearMemory);
        _activation = new ActivationForward(configuration, _activationMemory);
    }

    /// <summary>Runs the block.</summary>
    /// <param name="states">The block's input.</param>
    /// <param name="prefixes">The block's weights.</param>
    /// <param name="pass">What the blocks of a pass share.</param>
    /// <param name="keepMemory">False where no backward pass will follow; the memory is then null.</param>
    public (HiddenStates States, BlockMemory? Memory) Run(HiddenStates states, BlockPrefixes prefixes, BlockPass pass, bool keepMemory)
    {
        var arithmetic = pass.Arithmetic;
        var residual = states;
        var norm = _norm.Run(BlockPass.Load(states, prefixes.AttentionNorm), arithmetic);
        var attention = _attention.Run(
            BlockPass.Load(norm, prefixes.Query), prefixes.Key, prefixes.Value, pass.Sequence.IclMask, arithmetic);
        var output = _linear.Run(BlockPass.Load(attention, prefixes.Output), arithmetic);
        states = pass.AddResidual(output, residual);

        residual = states;
        var mlpNorm = _norm.Run(BlockPass.Load(states, prefixes.MlpNorm), arithmetic);
        HiddenStates? sum = null;
        var chunks = new List<(Slots, Slots, Slots)>();
        foreach (var chunk in prefixes.Chunks)
        {
            var inner = _linear.Run(BlockPass.Load(mlpNorm, chunk.Inner), arithmetic);
            var activation = _activation.Run(BlockPass.Load(inner, chunk.Activation), arithmetic);
            var outer = _linear.Run(BlockPass.Load(activation, chunk.Outer), arithmetic);
            sum = sum is null ? outer : pass.AddResidual(outer, sum);
            if (keepMemory)
            {
                chunks.Add((
                    BlockPass.Memory(inner, _linearMemory),
                    BlockPass.Memory(activation, _activationMemory),
                    BlockPass.Memory(outer, _linearMemory)));
            }
        }

        states = pass.AddResidual(sum!, residual);
        return (states, !keepMemory ? null : new BlockMemory(
            BlockPass.Memory(norm, _normMemory),
            BlockPass.Memory(attention, _attentionMemory),
            BlockPass.Memory(output, _linearMemory),
            BlockPass.Memory(mlpNorm, _normMemory),
            chunks));
    }
}
