using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Gating;

/// <summary>
/// ProductForward: every token's a in slot 0 and b in slot 1 become a∘b in slot 0; a and b go to memory. With a = σ(W_g x) and b = W_u x it is the gate of a gated
/// MLP.
/// </summary>
/// <remarks>
/// Linear attention in which a token sees itself alone multiplies them (<see cref="SignalProduct"/>).
/// Source: C29.
/// </remarks>
public sealed class ProductForward
{
    private readonly SignalProduct _product;
    private readonly Gate _gate;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that keeps a, from 2 on; b goes to the one behind it.</param>
    public ProductForward(TintConfiguration configuration, int memorySlot)
    {
        AdmissibleShapes.Check(configuration);
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 2, first: 2);
        _product = new SignalProduct(configuration, (Target: 0, First: 0, Second: 1));
        _gate = Gate.ReplaceTokens(configuration);
    }

    /// <summary>Runs the module: tokens' slot 0 becomes a∘b, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var product = _product.Run(states, arithmetic).Tokens.With(_memory, states.Tokens[0]).With(_memory + 1, states.Tokens[1]);
        return _gate.Apply(states, states with { Tokens = product }, arithmetic);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() => [.. _product.Tensors("attnt_module"), .. _gate.Tensors("gates")];
}
