using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Reference.Auxiliary;

/// <summary>
/// One transformer block's parameters by place; which there are is the block's <see cref="BlockPlan"/>. The properties are views of the places of GPT-2's
/// and OPT's block: x ← x + Output·attention(AttentionNorm(x)), then x ← x + Outer·σ(Inner·MlpNorm(x)), biases included.
/// </summary>
public sealed record AuxiliaryLayer
{
    /// <summary>A block whose properties are set one by one.</summary>
    public AuxiliaryLayer()
    {
    }

    /// <summary>A block with parameters at any places.</summary>
    /// <exception cref="RuleViolationException">One is null.</exception>
    public AuxiliaryLayer(Placed<ParameterGroup> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters.Select((place, group) => Require.Present(group, $"the {place.Words}"));
    }

    /// <summary>All parameters.</summary>
    public Placed<ParameterGroup> Parameters { get; private init; } = new();

    /// <summary>The normalisation before attention.</summary>
    public LayerNormParameters AttentionNorm { get => Norm(Place.AttentionNorm); init => Parameters = Put(Place.AttentionNorm, value); }

    /// <summary>W_Q and b_Q, [D_aux × D_aux]; head h takes rows h·D_aux/H_aux and on.</summary>
    public LinearParameters Query { get => Linear(Place.Query); init => Parameters = Put(Place.Query, value); }

    /// <summary>W_K and b_K, as <see cref="Query"/>.</summary>
    public LinearParameters Key { get => Linear(Place.Key); init => Parameters = Put(Place.Key, value); }

    /// <summary>W_V and b_V, as <see cref="Query"/>.</summary>
    public LinearParameters Value { get => Linear(Place.Value); init => Parameters = Put(Place.Value, value); }

    /// <summary>The projection after attention, [D_aux × D_aux].</summary>
    public LinearParameters Output { get => Linear(Place.Output); init => Parameters = Put(Place.Output, value); }

    /// <summary>The normalisation before the MLP.</summary>
    public LayerNormParameters MlpNorm { get => Norm(Place.MlpNorm); init => Parameters = Put(Place.MlpNorm, value); }

    /// <summary>The MLP's first layer, [C·D_aux × D_aux].</summary>
    public LinearParameters Inner { get => Linear(Place.Inner); init => Parameters = Put(Place.Inner, value); }

    /// <summary>The MLP's second layer, [D_aux × C·D_aux].</summary>
    public LinearParameters Outer { get => Linear(Place.Outer); init => Parameters = Put(Place.Outer, value); }

    /// <summary>A block of a plan, place by place in the order of the forward pass.</summary>
    public static AuxiliaryLayer Of(BlockPlan plan, Func<ParameterLeaf, ParameterGroup> parameters)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new(new Placed<ParameterGroup>(plan.Parameters.Select(leaf => (leaf.Place, 0, parameters(leaf)))));
    }

    /// <summary>The linear layer at a place.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public LinearParameters Linear(Place place) => (LinearParameters)Parameters[place];

    /// <summary>The normalisation at a place.</summary>
    /// <exception cref="RuleViolationException">There is none.</exception>
    public LayerNormParameters Norm(Place place) => (LayerNormParameters)Parameters[place];

    /// <summary>The block with other parameters at a place.</summary>
    public AuxiliaryLayer With(Place place, ParameterGroup parameters) => this with { Parameters = Put(place, parameters) };

    /// <summary>Checks shapes, and that every number is finite.</summary>
    /// <param name="configuration">The shape.</param>
    /// <param name="index">Which block it is.</param>
    /// <exception cref="RuleViolationException">A parameter has another shape, or holds NaN or infinity.</exception>
    public void Check(AuxiliaryConfiguration configuration, int index) => Check(ModelPlan.Of(configuration).Blocks[index], $"layer {index}");

    /// <summary>Checks the parameters of a plan under a name for the message.</summary>
    internal void Check(BlockPlan plan, string name)
    {
        foreach (var leaf in plan.Parameters)
        {
            ParameterCheck.Group(Parameters[leaf.Place], leaf, $"{name} {leaf.Place.Words}");
        }
    }

    private Placed<ParameterGroup> Put(Place place, ParameterGroup value) => Parameters.With(place, 0, Require.Present(value, $"the {place.Words}"));
}
