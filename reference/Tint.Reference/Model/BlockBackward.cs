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
/// The backward pass and descent through one auxiliary block, the forward block in reverse: MLP chunk by chunk, its norm, + residual gradient,
/// output projection, attention, its norm, + residual gradient. Every module finds its weights in the prefixes and its inputs in memory, and
/// leaves the updated weights in the prefixes.
/// </summary>
/// <remarks>Source: C22, V2.</remarks>
internal sealed class BlockBackward
{
    private readonly int _normMemory;
    private readonly int _attentionMemory;
    private readonly int _linearMemory;
    private readonly int _activationMemory;
    private readonly LayerNormDescentBackward _norm;
    private readonly AttentionBackwardDescent _attention;
    private readonly LinearDescentBackward _linear;
    private readonly LinearDescentBackward _outer;
    private readonly ActivationBackward _activation;

    public BlockBackward(TintConfiguration configuration)
    {
        _normMemory = MemorySlots.LayerNorm(configuration);
        _attentionMemory = MemorySlots.Attention(configuration);
        _linearMemory = MemorySlots.Linear(configuration);
        _activationMemory = MemorySlots.Activation(configuration);
        _norm = new LayerNormDescentBackward(configuration, _normMemory);
        _attention = new AttentionBackwardDescent(configuration, _attentionMemory);
        _linear = new LinearDescentBackward(configuration, _linearMemory);
        _outer = configuration.Departures.MlpBiasLearntPerChunk
            ? _linear
            : new LinearDescentBackward(configuration, _linearMemory, new DescentOptions
            {
                BiasRateFactor = 1.0 / configuration.Auxiliary.MlpChunkCount,
            });
        _activation = new ActivationBackward(configuration, _activationMemory);
    }

    /// <summary>Runs the block: the gradient at its input, and the updated prefixes.</summary>
    public (HiddenStates States, BlockPrefixes Updated) Run(
        HiddenStates states, BlockPrefixes prefixes, BlockMemory memory, BlockPass pass)
    {
        var (arithmetic, mask) = (pass.Arithmetic, pass.Sequence.TrainMask);
        var residual = states;
        HiddenStates? sum = null;
        var chunks = new ChunkPrefixes[prefixes.Chunks.Count];
        for (var c = chunks.Length - 1; c >= 0; c--)
        {
            // Forward this was: inner → activation → outer, each chunk from the norm's output, and a sum over chunks.
            var (chunk, kept) = (prefixes.Chunks[c], memory.Chunks[c]);
            var outer = _outer.Run(pass.Restore(BlockPass.Load(states, chunk.Outer), kept.Outer, _linearMemory), mask, arithmetic);
            var activation = _activation.Run(
                pass.Restore(BlockPass.Load(outer, chunk.Activation), kept.Activation, _activationMemory), arithmetic);
            var inner = _linear.Run(pass.Restore(BlockPass.Load(activation, chunk.Inner), kept.Inner, _linearMemory), mask, arithmetic);
            chunks[c] = new ChunkPrefixes(inner.Prefixes.Force(), activation.Prefixes.Force(), outer.Prefixes.Force());
            sum = sum is null ? inner : pass.AddResidual(inner, sum);
        }

        var mlpNorm = _norm.Run(
            pass.Restore(BlockPass.Load(sum!, prefixes.MlpNorm), memory.MlpNorm, _normMemory), mask, arithmetic);
        states = pass.AddResidual(mlpNorm, residual);

        // Forward this was: norm → attention → output projection → + residual.
        residual = states;
        var output = _linear.Run(pass.Restore(BlockPass.Load(states, prefixes.Output), memory.Output, _linearMemory), mask, arithmetic);
        var attention = _attention.Run(
            pass.Restore(BlockPass.Load(output, prefixes.Value), memory.Attention, _attentionMemory), mask, pass.Sequence.IclMask, arithmetic);
        var norm = _norm.Run(
            pass.Restore(BlockPass.Load(attention, prefixes.AttentionNorm), memory.AttentionNorm, _normMemory), mask, arithmetic);
        states = pass.AddResidual(norm, residual);

        return (states, prefixes with
        {
            AttentionNorm = norm.Prefixes.Force(),
            Value = attention.Prefixes.Force(),
            Output = output.Prefixes.Force(),
            MlpNorm = mlpNorm.Prefixes.Force(),
            Chunks = chunks,
        });
    }
}
