using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.CrossAttention;

/// <summary>
/// CrossAttentionBackward, then the value layer's backward and descent at the other sequence's tokens, all of which count: they hold W_Vᵀ g_v, prefixes the updated value
/// layer.
/// </summary>
/// <remarks>Source: C36.</remarks>
public sealed class CrossAttentionBackwardDescent
{
    private readonly CrossAttentionBackward _backward;
    private readonly LinearDescentBackward _value;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The first of the three slots, as in the forward pass.</param>
    /// <param name="form">What the attention is; null for heads and scores as published.</param>
    public CrossAttentionBackwardDescent(TintConfiguration configuration, int memorySlot, AttentionForm? form = null)
        : this(configuration, memorySlot, form, value: null)
    {
    }

    /// <summary>The same with a value layer that descends in its own way.</summary>
    internal CrossAttentionBackwardDescent(TintConfiguration configuration, int memorySlot, AttentionForm? form, DescentOptions? value)
    {
        _backward = new CrossAttentionBackward(configuration, memorySlot, form);
        _value = new LinearDescentBackward(configuration, memorySlot + 2, value);
    }

    /// <summary>Runs the modules: the prefixes hold the updated value layer, the tokens nothing but memory, the other sequence's tokens W_Vᵀ g_v, [S × D_aux].</summary>
    /// <param name="states">Prefixes with the value layer, tokens with g and their memory.</param>
    /// <param name="others">The other sequence's tokens with their memory.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    public (HiddenStates States, Slots Others) Run(HiddenStates states, Slots others, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(others);
        var (behind, gradient) = _backward.Run(states, others, arithmetic);
        double[] all = [.. Enumerable.Repeat(1.0, others.RowCount)];
        var descended = _value.Run(behind with { Tokens = gradient }, all, arithmetic);
        return (behind with { Prefixes = descended.Prefixes }, descended.Tokens);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
        [.. _backward.Tensors().Select(tensor => tensor.In("attention_back")), .. _value.Tensors().Select(tensor => tensor.In("linearback_descent"))];
}
