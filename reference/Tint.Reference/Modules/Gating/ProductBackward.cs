using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Gating;

/// <summary>ProductBackward: every token's output gradient g becomes g∘b in slot 0, the gradient at a, and g∘a in slot 1, the gradient at b.</summary>
/// <remarks>
/// One layer of linear attention in which a token sees itself alone makes both products; memory is carried on. In the forward pass this was: a∘b.
/// Source: C29.
/// </remarks>
public sealed class ProductBackward
{
    private readonly SignalProduct _product;
    private readonly Gate _gate;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that holds a, from 2 on; b is in the one behind it.</param>
    public ProductBackward(TintConfiguration configuration, int memorySlot)
    {
        AdmissibleShapes.Check(configuration);
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 2, first: 2);
        _product = new SignalProduct(configuration, (Target: 0, First: 0, Second: _memory + 1), (Target: 1, First: 0, Second: _memory));
        _gate = Gate.ReplaceTokens(configuration);
    }

    /// <summary>Runs the module: slot 0 becomes the gradient at a and slot 1 that at b, [T × D_aux] each.</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var products = _product.Run(states, arithmetic).Tokens
            .With(_memory, states.Tokens[_memory])
            .With(_memory + 1, states.Tokens[_memory + 1]);
        return _gate.Apply(states, states with { Tokens = products }, arithmetic);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() => [.. _product.Tensors("attnt_module"), .. _gate.Tensors("gates")];
}
