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
/// The forward pass through an auxiliary block, as its plan says, with modules that all of a model's blocks share. Before each module the prefixes are
/// loaded with that module's weights; behind it the memory is kept for the backward pass.
/// </summary>
/// <remarks>Source: C22.</remarks>
internal sealed class BlockForward
{
    private readonly int _normMemory;
    private readonly int _productMemory;
    private readonly int _attentionMemory;
    private readonly int _linearMemory;
    private readonly int _activationMemory;
    private readonly LayerNormForward _norm;
    private readonly Dictionary<AttentionForm, AttentionForward> _attention;
    private readonly Dictionary<AttentionForm, CrossAttentionForward> _crossAttention;
    private readonly Lazy<RmsNormForward> _rmsNorm;
    private readonly Lazy<ProductForward> _product;
    private readonly LinearForward _linear;
    private readonly ActivationForward _activation;

    public BlockForward(TintConfiguration configuration, params IReadOnlyList<BlockPlan> plans)
    {
        _productMemory = MemorySlots.Product(configuration);
        _normMemory = MemorySlots.LayerNorm(configuration);
        _attentionMemory = MemorySlots.Attention(configuration);
        _linearMemory = MemorySlots.Linear(configuration);
        _activationMemory = MemorySlots.Activation(configuration);
        _norm = new LayerNormForward(configuration, _normMemory);
        Attention[] attention = [.. plans.SelectMany(static plan => plan.Leaves).OfType<Attention>()];
        _attention = Forms(attention, ofEncoder: false).ToDictionary(
            form => form, form => new AttentionForward(configuration, _attentionMemory, form));
        _crossAttention = Forms(attention, ofEncoder: true).ToDictionary(
            form => form, form => new CrossAttentionForward(configuration, _attentionMemory, form));
        _rmsNorm = new(() => new RmsNormForward(configuration, _normMemory));
        _product = new(() => new ProductForward(configuration, _productMemory));
        _linear = new LinearForward(configuration, _linearMemory);
        _activation = new ActivationForward(configuration, _activationMemory);
    }

    /// <summary>The distinct forms of attention among the tokens themselves, or over an encoder's.</summary>
    internal static IEnumerable<AttentionForm> Forms(IEnumerable<Attention> attention, bool ofEncoder) =>
        attention.Where(leaf => leaf.ReadsEncoder == ofEncoder).Select(static leaf => leaf.Form).Distinct();

    /// <summary>Runs a block.</summary>
    /// <param name="plan">The block.</param>
    /// <param name="states">The block's input.</param>
    /// <param name="prefixes">The block's weights.</param>
    /// <param name="pass">What the blocks of a pass share.</param>
    /// <param name="keepMemory">False where no backward pass will follow; the memory is then null.</param>
    /// <param name="encoded">The tokens of an encoder's output; null where the block reads none.</param>
    public (HiddenStates States, Placed<Slots>? Memory) Run(
        BlockPlan plan, HiddenStates states, BlockPrefixes prefixes, BlockPass pass, bool keepMemory, Slots? encoded = null)
    {
        var reading = new Reading(this, prefixes, pass, keepMemory, encoded);
        var output = Walk.Forward(plan, reading, states);
        return (output, keepMemory ? new Placed<Slots>(reading.Memory) : null);
    }

    private sealed class Reading(BlockForward modules, BlockPrefixes prefixes, BlockPass pass, bool keepMemory, Slots? encoded) : IForwardReading<HiddenStates>
    {
        /// <summary>The memory slots of the tokens behind each module.</summary>
        public List<(Place Place, int Chunk, Slots Slots)> Memory { get; } = [];

        public HiddenStates Forward(Leaf leaf, int chunk, HiddenStates input)
        {
            var (output, memory) = leaf switch
            {
                Norm => (modules._norm.Run(Load(leaf.Place), pass.Arithmetic), modules._normMemory),
                RmsNorm => (modules._rmsNorm.Value.Run(Load(leaf.Place), pass.Arithmetic), modules._normMemory),
                Linear => (modules._linear.Run(Load(leaf.Place), pass.Arithmetic), modules._linearMemory),
                Activation => (modules._activation.Run(Load(leaf.Place), pass.Arithmetic), modules._activationMemory),
                Attention { ReadsEncoder: false } attention => (modules._attention[attention.Form].Run(
                    Load(attention.Query.Place), prefixes[attention.Key.Place], prefixes[attention.Value.Place], pass.Sequence.IclMask, pass.Arithmetic),
                    modules._attentionMemory),
                Attention attention when encoded is not null => (Across(attention, encoded), modules._attentionMemory),
                _ => throw leaf.Unread("the construction"),
            };
            Keep(leaf.Place, chunk, output, memory);
            return output;

            HiddenStates Load(Place place) => BlockPass.Load(input, prefixes[place, chunk]);

            // What the other sequence's tokens remember lies behind the block's own memory, under the place of the keys.
            HiddenStates Across(Attention attention, Slots others)
            {
                var (states, remembered) = modules._crossAttention[attention.Form].Run(
                    Load(attention.Query.Place), others, prefixes[attention.Key.Place], prefixes[attention.Value.Place], pass.Arithmetic);
                Keep(attention.Key.Place, chunk, states with { Tokens = remembered }, modules._attentionMemory);
                return states;
            }
        }

        /// <summary>The second factor's signal stands in slot 1 of the first one's states.</summary>
        public HiddenStates Multiply(Product product, int chunk, HiddenStates left, HiddenStates right)
        {
            var both = left with { Tokens = left.Tokens.With(1, right.Tokens[0]) };
            var output = modules._product.Value.Run(BlockPass.Unloaded(both), pass.Arithmetic);
            Keep(product.Place, chunk, output, modules._productMemory);
            return output;
        }

        public HiddenStates Add(Node node, HiddenStates newer, HiddenStates older) => pass.AddResidual(newer, older);

        private void Keep(Place place, int chunk, HiddenStates output, int memory)
        {
            if (keepMemory)
            {
                Memory.Add((place, chunk, BlockPass.Memory(output, memory)));
            }
        }
    }
}
