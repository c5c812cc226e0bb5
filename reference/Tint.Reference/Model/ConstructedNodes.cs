using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>
/// Nodes outside of blocks in one run, behind the embedding or behind the last block: the final normalisation in most models, in some nothing. They are
/// run as a block is, and keep the prefixes that descents have left.
/// </summary>
/// <remarks>Source: C24.</remarks>
internal sealed class ConstructedNodes
{
    private readonly TintConfiguration _configuration;
    private readonly ConstructedModel _modules;
    private readonly BlockPlan? _plan;
    private BlockPrefixes _previous;
    private Placed<Slots>? _memory;

    public ConstructedNodes(ConstructedTint tint, ConstructedModel modules, BlockPlan? plan)
    {
        (_configuration, _modules, _plan) = (tint.Configuration, modules, plan);
        Prefixes = _previous = plan is null ? new(new Placed<Slots>()) : BlockPrefixes.Stack(tint.Configuration, plan, tint.Weights.Outside);
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _plan is null;

    /// <summary>Their prefixes as descents have left them.</summary>
    public BlockPrefixes Prefixes { get; private set; }

    /// <summary>Puts the nodes' parameters as they are now in place of a model's.</summary>
    public Func<AuxiliaryLayer, AuxiliaryLayer> Updated
    {
        get
        {
            var (configuration, plan, prefixes) = (_configuration, _plan, Prefixes);
            return layer => plan is null ? layer : prefixes.Unstack(configuration, plan).Parameters.Items.Aggregate(
                layer, static (all, item) => all.With(item.Place, item.Value));
        }
    }

    /// <summary>The nodes' output; its memory is kept.</summary>
    public HiddenStates Forward(HiddenStates states, BlockPass pass)
    {
        if (_plan is null)
        {
            return states;
        }

        (states, _memory) = _modules.Forward.Run(_plan, states, Prefixes, pass, keepMemory: true);
        return states;
    }

    /// <summary>The gradient at their input; their parameters descend.</summary>
    public HiddenStates Backward(HiddenStates gradient, BlockPass pass)
    {
        if (_plan is null)
        {
            return gradient;
        }

        var before = Prefixes;
        (gradient, Prefixes, _) = _modules.Backward(_configuration).Run(_plan, gradient, before, _memory!, pass, pass.HasMomentum ? _previous : null);
        _previous = before;
        return gradient;
    }
}
