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
/// The forward pass through one auxiliary block, as its plan says. Before each module the prefixes are loaded with that module's weights; behind it
/// the memory is kept for the backward pass.
/// </summary>
/// <remarks>Source: C22.</remarks>
internal sealed class BlockForward
{
    private readonly BlockPlan _plan;
    private readonly int _normMemory;
    private readonly int _productMemory;
    private readonly int _attentionMemory;
    private readonly int _linearMemory;
    private readonly int _activationMemory;
    private readonly LayerNormForward _norm;
    private readonly Dictionary<Place, AttentionForward> _attention;
    private readonly Lazy<RmsNormForward> _rmsNorm;
    private readonly Lazy<ProductForward> _product;
    private readonly LinearForward _linear;
    private readonly ActivationForward _activation;

    public BlockForward(TintConfiguration configuration, BlockPlan plan)
    {
        _plan = plan;
        _productMemory = MemorySlots.Product(configuration);
        _normMemory = MemorySlots.LayerNorm(configuration);
        _attentionMemory = MemorySlots.Attention(configuration);
        _linearMemory = MemorySlots.Linear(configuration);
        _activationMemory = MemorySlots.Activation(configuration);
        _norm = new LayerNormForward(configuration, _normMemory);
        _attention = plan.Leaves.OfType<Attention>().ToDictionary(
            leaf => leaf.Place, leaf => new AttentionForward(configuration, _attentionMemory, leaf.Form));
        _rmsNorm = new(() => new RmsNormForward(configuration, _normMemory));
        _product = new(() => new ProductForward(configuration, _productMemory));
        _linear = new LinearForward(configuration, _linearMemory);
        _activation = new ActivationForward(configuration, _activationMemory);
    }

    /// <summary>Runs the block.</summary>
    /// <param name="states">The block's input.</param>
    /// <param name="prefixes">The block's weights.</param>
    /// <param name="pass">What the blocks of a pass share.</param>
    /// <param name="keepMemory">False where no backward pass will follow; the memory is then null.</param>
    public (HiddenStates States, Placed<Slots>? Memory) Run(HiddenStates states, BlockPrefixes prefixes, BlockPass pass, bool keepMemory)
    {
        var reading = new Reading(this, prefixes, pass, keepMemory);
        var output = Walk.Forward(_plan, reading, states);
        return (output, keepMemory ? new Placed<Slots>(reading.Memory) : null);
    }

    private sealed class Reading(BlockForward modules, BlockPrefixes prefixes, BlockPass pass, bool keepMemory) : IForwardReading<HiddenStates>
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
                Attention { ReadsEncoder: false } attention => (modules._attention[leaf.Place].Run(
                    Load(attention.Query.Place), prefixes[attention.Key.Place], prefixes[attention.Value.Place], pass.Sequence.IclMask, pass.Arithmetic),
                    modules._attentionMemory),
                _ => throw leaf.Unread("the construction"),
            };
            Keep(leaf.Place, chunk, output, memory);
            return output;

            HiddenStates Load(Place place) => BlockPass.Load(input, prefixes[place, chunk]);
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
