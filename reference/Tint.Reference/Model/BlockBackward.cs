using Tint.Reference.Architecture;
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
/// The backward pass and descent through one auxiliary block, the forward block in reverse. Every module finds its weights in the prefixes and its
/// inputs in memory, and leaves the updated weights in the prefixes.
/// </summary>
/// <remarks>Source: C22, V2.</remarks>
internal sealed class BlockBackward
{
    private readonly BlockPlan _plan;
    private readonly int _normMemory;
    private readonly int _attentionMemory;
    private readonly int _linearMemory;
    private readonly int _activationMemory;
    private readonly LayerNormDescentBackward _norm;
    private readonly AttentionBackwardDescent _attention;
    private readonly LinearDescentBackward _linear;

    // The layer whose bias the chunks share.
    private readonly LinearDescentBackward _shared;
    private readonly ActivationBackward _activation;

    public BlockBackward(TintConfiguration configuration)
    {
        _plan = BlockPlan.Of(configuration.Auxiliary);
        _normMemory = MemorySlots.LayerNorm(configuration);
        _attentionMemory = MemorySlots.Attention(configuration);
        _linearMemory = MemorySlots.Linear(configuration);
        _activationMemory = MemorySlots.Activation(configuration);
        _norm = new LayerNormDescentBackward(configuration, _normMemory);
        _attention = new AttentionBackwardDescent(configuration, _attentionMemory);
        _linear = new LinearDescentBackward(configuration, _linearMemory);
        _shared = configuration.Departures.MlpBiasLearntPerChunk
            ? _linear
            : new LinearDescentBackward(configuration, _linearMemory, new DescentOptions
            {
                BiasRateFactor = 1.0 / configuration.Auxiliary.MlpChunkCount,
            });
        _activation = new ActivationBackward(configuration, _activationMemory);
    }

    /// <summary>Runs the block: the gradient at its input, and the updated prefixes.</summary>
    public (HiddenStates States, BlockPrefixes Updated) Run(HiddenStates states, BlockPrefixes prefixes, Placed<Slots> memory, BlockPass pass)
    {
        var reading = new Reading(this, prefixes, memory, pass);
        var output = Walk.Backward(_plan, reading, states);
        return (output, new BlockPrefixes(reading.Updated));
    }

    private sealed class Reading(BlockBackward modules, BlockPrefixes prefixes, Placed<Slots> memory, BlockPass pass) : IBackwardReading<HiddenStates>
    {
        /// <summary>The prefixes, with what descents have left so far.</summary>
        public Placed<Slots> Updated { get; private set; } = prefixes.Loads;

        public HiddenStates Backward(Leaf leaf, int chunk, HiddenStates gradient)
        {
            var (arithmetic, mask) = (pass.Arithmetic, pass.Sequence.TrainMask);

            // Of attention, the value layer's weights alone are loaded and learn.
            var place = leaf is Attention attention ? attention.Value.Place : leaf.Place;
            var output = leaf switch
            {
                Norm => modules._norm.Run(Restored(modules._normMemory), mask, arithmetic),
                Linear { InputParts: > 1 } => modules._shared.Run(Restored(modules._linearMemory), mask, arithmetic),
                Linear => modules._linear.Run(Restored(modules._linearMemory), mask, arithmetic),
                Activation => modules._activation.Run(Restored(modules._activationMemory), arithmetic),
                Attention => modules._attention.Run(Restored(modules._attentionMemory), mask, pass.Sequence.IclMask, arithmetic),
                _ => throw leaf.Unread("the construction"),
            };
            Updated = Updated.With(place, chunk, output.Prefixes.Force());
            return output;

            HiddenStates Restored(int slot) => pass.Restore(BlockPass.Load(gradient, prefixes[place, chunk]), memory[leaf.Place, chunk], slot);
        }

        public HiddenStates Add(Node node, HiddenStates newer, HiddenStates older) => pass.AddResidual(newer, older);
    }
}
