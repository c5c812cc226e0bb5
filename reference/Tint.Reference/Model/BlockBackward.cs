using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.RmsNorm;
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
    private readonly int _productMemory;
    private readonly int _attentionMemory;
    private readonly int _linearMemory;
    private readonly int _activationMemory;
    private readonly LayerNormDescentBackward _norm;
    private readonly Dictionary<Place, AttentionBackwardDescent> _attention;
    private readonly Dictionary<Place, AttentionScoreDescent> _scores;
    private readonly Dictionary<DescentOptions, LinearDescentBackward> _linears;
    private readonly Lazy<RmsNormDescentBackward> _rmsNorm;
    private readonly Lazy<ProductBackward> _product;
    private readonly ActivationBackward _activation;

    public BlockBackward(TintConfiguration configuration, BlockPlan plan)
    {
        _plan = plan;
        _productMemory = MemorySlots.Product(configuration);
        _normMemory = MemorySlots.LayerNorm(configuration);
        _attentionMemory = MemorySlots.Attention(configuration);
        _linearMemory = MemorySlots.Linear(configuration);
        _activationMemory = MemorySlots.Activation(configuration);
        _norm = new LayerNormDescentBackward(configuration, _normMemory);
        _attention = plan.Leaves.OfType<Attention>().ToDictionary(leaf => leaf.Place, leaf => new AttentionBackwardDescent(
            configuration, _attentionMemory, leaf.Form, Options(configuration, leaf.Value)));
        _scores = plan.Leaves.OfType<Attention>().Where(leaf => configuration.KeepsScorePath && !leaf.ReadsEncoder).ToDictionary(
            leaf => leaf.Place,
            leaf => new AttentionScoreDescent(
                configuration, _attentionMemory, leaf.Form, Options(configuration, leaf.Query), Options(configuration, leaf.Key)));
        _linears = plan.Trained.OfType<Linear>().Select(leaf => Options(configuration, leaf)).Distinct().ToDictionary(
            options => options, options => new LinearDescentBackward(configuration, _linearMemory, options));
        _rmsNorm = new(() => new RmsNormDescentBackward(configuration, _normMemory));
        _product = new(() => new ProductBackward(configuration, _productMemory));
        _activation = new ActivationBackward(configuration, _activationMemory);
    }

    /// <summary>Runs the block: the gradient at its input, and the updated prefixes.</summary>
    public (HiddenStates States, BlockPrefixes Updated) Run(HiddenStates states, BlockPrefixes prefixes, Placed<Slots> memory, BlockPass pass)
    {
        var reading = new Reading(this, prefixes, memory, pass);
        var output = Walk.Backward(_plan, reading, states);
        return (output, new BlockPrefixes(reading.Updated));
    }

    /// <summary>A bias that chunks share learns with η/C where departure V2 is off; where there is none, none comes to be.</summary>
    private static DescentOptions Options(TintConfiguration configuration, Linear leaf) => !leaf.HasBias
        ? new() { BiasRateFactor = 0 }
        : configuration.Departures.MlpBiasLearntPerChunk ? DescentOptions.Default : new() { BiasRateFactor = 1.0 / leaf.InputParts };

    private sealed class Reading(BlockBackward modules, BlockPrefixes prefixes, Placed<Slots> memory, BlockPass pass) : IBackwardReading<HiddenStates>
    {
        /// <summary>The prefixes, with what descents have left so far.</summary>
        public Placed<Slots> Updated { get; private set; } = prefixes.Loads;

        public HiddenStates Backward(Leaf leaf, int chunk, HiddenStates gradient)
        {
            var (arithmetic, mask) = (pass.Arithmetic, pass.Sequence.TrainMask);

            // Of attention, the value layer's weights are loaded, and alone learn unless the score path is kept.
            var place = leaf is Attention attention ? attention.Value.Place : leaf.Place;
            var output = leaf switch
            {
                Norm { IsAffine: true } => modules._norm.Run(Restored(modules._normMemory), mask, arithmetic),
                RmsNorm => modules._rmsNorm.Value.Run(Restored(modules._normMemory), mask, arithmetic),
                Linear linear => modules._linears[Options(pass.Configuration, linear)].Run(Restored(modules._linearMemory), mask, arithmetic),
                Activation => modules._activation.Run(Restored(modules._activationMemory), arithmetic),
                Attention { ReadsEncoder: false } => modules._attention[leaf.Place].Run(Restored(modules._attentionMemory), mask, pass.Sequence.IclMask, arithmetic),
                _ => throw leaf.Unread("the construction"),
            };
            Updated = Updated.With(place, chunk, output.Prefixes.Force());
            return leaf is Attention scored && modules._scores.TryGetValue(leaf.Place, out var scores)
                ? WithScores(scored, scores, Restored(modules._attentionMemory), output)
                : output;

            HiddenStates Restored(int slot) => pass.Restore(BlockPass.Load(gradient, prefixes[place, chunk]), memory[leaf.Place, chunk], slot);
        }

        /// <summary>What goes back through queries and keys is added, and both layers learn.</summary>
        private HiddenStates WithScores(Attention attention, AttentionScoreDescent scores, HiddenStates restored, HiddenStates values)
        {
            var (query, key) = (attention.Query.Place, attention.Key.Place);
            var (atQueries, atKeys) = scores.Run(
                restored, prefixes[query], prefixes[key], pass.Sequence.TrainMask, pass.Sequence.IclMask, pass.Arithmetic);
            Updated = Updated.With(query, 0, atQueries.Prefixes.Force()).With(key, 0, atKeys.Prefixes.Force());
            return pass.AddResidual(pass.AddResidual(values, atQueries), atKeys);
        }

        /// <summary>The module leaves the gradients at both factors in slots 0 and 1 of the same states.</summary>
        public (HiddenStates Left, HiddenStates Right) MultiplyBackward(Product product, int chunk, HiddenStates gradient)
        {
            var restored = pass.Restore(BlockPass.Unloaded(gradient), memory[product.Place, chunk], modules._productMemory);
            var output = modules._product.Value.Run(restored, pass.Arithmetic);
            var tokens = output.Tokens.With(1, null);
            return (output with { Tokens = tokens }, output with { Tokens = tokens.With(0, output.Tokens[1]) });
        }

        public HiddenStates Add(Node node, HiddenStates newer, HiddenStates older) => pass.AddResidual(newer, older);
    }
}
