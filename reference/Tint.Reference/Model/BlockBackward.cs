using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.CrossAttention;
using Tint.Reference.Modules.Gating;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.RmsNorm;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>
/// The backward pass and descent through an auxiliary block, the forward block in reverse, with modules that all of a model's blocks share. Every module finds its weights in the prefixes and its
/// inputs in memory, and leaves the updated weights in the prefixes.
/// </summary>
/// <remarks>Source: C22, V2.</remarks>
internal sealed class BlockBackward
{
    private readonly int _normMemory;
    private readonly int _productMemory;
    private readonly int _attentionMemory;
    private readonly int _linearMemory;
    private readonly int _activationMemory;
    private readonly LayerNormDescentBackward _norm;
    private readonly Dictionary<(AttentionForm Form, DescentOptions Options), AttentionBackwardDescent> _attention;
    private readonly Dictionary<(AttentionForm Form, DescentOptions Options), CrossAttentionBackwardDescent> _crossAttention;
    private readonly Dictionary<(AttentionForm Form, DescentOptions Query, DescentOptions Key), AttentionScoreDescent> _scores;
    private readonly Lazy<LayerNormDescentBackward> _normWithoutBias;
    private readonly Lazy<LayerNormBackward> _bareNorm;
    private readonly Dictionary<DescentOptions, LinearDescentBackward> _linears;
    private readonly Lazy<RmsNormDescentBackward> _rmsNorm;
    private readonly Lazy<ProductBackward> _product;
    private readonly ActivationBackward _activation;
    private readonly Lazy<Momentum> _momentum;

    public BlockBackward(TintConfiguration configuration, params IReadOnlyList<BlockPlan> plans)
    {
        _productMemory = MemorySlots.Product(configuration);
        _normMemory = MemorySlots.LayerNorm(configuration);
        _attentionMemory = MemorySlots.Attention(configuration);
        _linearMemory = MemorySlots.Linear(configuration);
        _activationMemory = MemorySlots.Activation(configuration);
        _norm = new LayerNormDescentBackward(configuration, _normMemory);
        _normWithoutBias = new(() => new LayerNormDescentBackward(configuration, _normMemory, hasBias: false));
        _bareNorm = new(() => new LayerNormBackward(configuration, _normMemory));
        Attention[] attention = [.. plans.SelectMany(static plan => plan.Leaves).OfType<Attention>()];
        _attention = Kinds(ofEncoder: false).ToDictionary(
            kind => kind, kind => new AttentionBackwardDescent(configuration, _attentionMemory, kind.Form, kind.Options));
        _crossAttention = Kinds(ofEncoder: true).ToDictionary(
            kind => kind, kind => new CrossAttentionBackwardDescent(configuration, _attentionMemory, kind.Form, kind.Options));
        _scores = attention.Where(_ => configuration.KeepsScorePath).Select(leaf => ScoreKind(configuration, leaf)).Distinct().ToDictionary(
            kind => kind, kind => new AttentionScoreDescent(configuration, _attentionMemory, kind.Form, kind.Query, kind.Key));
        _linears = plans.SelectMany(static plan => plan.Trained).OfType<Linear>().Select(leaf => Options(configuration, leaf)).Distinct().ToDictionary(
            options => options, options => new LinearDescentBackward(configuration, _linearMemory, options));
        _rmsNorm = new(() => new RmsNormDescentBackward(configuration, _normMemory));
        _product = new(() => new ProductBackward(configuration, _productMemory));
        _activation = new ActivationBackward(configuration, _activationMemory);
        _momentum = new(() => new Momentum(configuration));

        IEnumerable<(AttentionForm Form, DescentOptions Options)> Kinds(bool ofEncoder) => attention
            .Where(leaf => leaf.ReadsEncoder == ofEncoder).Select(leaf => Kind(configuration, leaf)).Distinct();
    }

    /// <summary>
    /// Runs a block: the gradient at its input, the updated prefixes, and what comes back to the tokens of an encoder's output. With momentum the prefixes before the last descent
    /// are loaded as well.
    /// </summary>
    public (HiddenStates States, BlockPrefixes Updated, Tracked? Encoded) Run(
        BlockPlan plan, HiddenStates states, BlockPrefixes prefixes, Placed<Slots> memory, BlockPass pass, BlockPrefixes? previous = null)
    {
        var reading = new Reading(this, prefixes, memory, pass, previous);
        var output = Walk.Backward(plan, reading, states);
        return (output, new BlockPrefixes(reading.Updated), reading.Encoded);
    }

    private static (AttentionForm Form, DescentOptions Options) Kind(TintConfiguration configuration, Attention leaf) =>
        (leaf.Form, Options(configuration, leaf.Value));

    private static (AttentionForm Form, DescentOptions Query, DescentOptions Key) ScoreKind(TintConfiguration configuration, Attention leaf) =>
        (leaf.Form, Options(configuration, leaf.Query), Options(configuration, leaf.Key));

    /// <summary>A bias that chunks share learns with η/C where departure V2 is off; where there is none, none comes to be.</summary>
    internal static DescentOptions Options(TintConfiguration configuration, Linear leaf) => !leaf.HasBias
        ? new() { BiasRateFactor = 0 }
        : configuration.Departures.MlpBiasLearntPerChunk ? DescentOptions.Default : new() { BiasRateFactor = 1.0 / leaf.InputParts };

    private sealed class Reading(BlockBackward modules, BlockPrefixes prefixes, Placed<Slots> memory, BlockPass pass, BlockPrefixes? previous)
        : IBackwardReading<HiddenStates>
    {
        /// <summary>The prefixes, with what descents have left so far.</summary>
        public Placed<Slots> Updated { get; private set; } = prefixes.Loads;

        /// <summary>The gradient at the encoder's output, [S × D_aux].</summary>
        public Tracked? Encoded { get; private set; }

        public HiddenStates Backward(Leaf leaf, int chunk, HiddenStates gradient)
        {
            var (arithmetic, mask) = (pass.Arithmetic, pass.Sequence.TrainMask);

            // Of attention, the value layer's weights are loaded, and alone learn unless the score path is kept.
            var place = leaf is Attention ofValues ? ofValues.Value.Place : leaf.Place;
            if (leaf is Norm { IsAffine: false })
            {
                return modules._bareNorm.Value.Run(Restored(modules._normMemory), arithmetic);
            }

            var output = leaf switch
            {
                Norm norm => (norm.HasBias ? modules._norm : modules._normWithoutBias.Value).Run(Restored(modules._normMemory), mask, arithmetic),
                RmsNorm => modules._rmsNorm.Value.Run(Restored(modules._normMemory), mask, arithmetic),
                Linear linear => modules._linears[Options(pass.Configuration, linear)].Run(Restored(modules._linearMemory), mask, arithmetic),
                Activation => modules._activation.Run(Restored(modules._activationMemory), arithmetic),
                Attention { ReadsEncoder: false } attention => modules._attention[Kind(pass.Configuration, attention)].Run(
                    Restored(modules._attentionMemory), mask, pass.Sequence.IclMask, arithmetic),
                Attention attention => Across(attention, Restored(modules._attentionMemory)),
                _ => throw leaf.Unread("the construction"),
            };
            Learn(place, chunk, output);
            return leaf is Attention scored && pass.Configuration.KeepsScorePath
                ? WithScores(scored, modules._scores[ScoreKind(pass.Configuration, scored)], Restored(modules._attentionMemory), output)
                : output;

            HiddenStates Restored(int slot) => pass.Restore(BlockPass.Load(gradient, prefixes[place, chunk]), memory[leaf.Place, chunk], slot);
        }

        /// <summary>What goes back through queries and keys is added, and both layers learn.</summary>
        private HiddenStates WithScores(Attention attention, AttentionScoreDescent scores, HiddenStates restored, HiddenStates values)
        {
            var (query, key) = (attention.Query.Place, attention.Key.Place);
            var (atQueries, atKeys) = attention.ReadsEncoder
                ? scores.RunAcross(restored, memory[key], prefixes[query], prefixes[key], pass.Sequence.TrainMask, pass.Arithmetic)
                : scores.Run(restored, prefixes[query], prefixes[key], pass.Sequence.TrainMask, pass.Sequence.IclMask, pass.Arithmetic);
            Learn(query, 0, atQueries);
            Learn(key, 0, atKeys);
            if (!attention.ReadsEncoder)
            {
                return pass.AddResidual(pass.AddResidual(values, atQueries), atKeys);
            }

            Encoded = pass.Arithmetic.Add(Encoded, atKeys.Tokens[0]);
            return pass.AddResidual(values, atQueries);
        }

        /// <summary>Prefixes stay as a descent has left them or, with momentum, go on in the way of the last step.</summary>
        private void Learn(Place place, int chunk, HiddenStates descended) => Updated = Updated.With(place, chunk, (previous is null
            ? descended.Prefixes
            : modules._momentum.Value.Run(descended.Prefixes, prefixes[place, chunk], previous[place, chunk], pass.Arithmetic)).Force());

        private HiddenStates Across(Attention attention, HiddenStates restored)
        {
            var (states, others) = modules._crossAttention[Kind(pass.Configuration, attention)].Run(restored, memory[attention.Key.Place], pass.Arithmetic);
            Encoded = pass.Arithmetic.Add(Encoded, others[0]);
            return states;
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
