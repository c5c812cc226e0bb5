using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.GatedUnit;

/// <summary>
/// GatedUnitBackward: every token's output gradient g becomes N(σ(z + h/N) − σ(z)), h = g∘b, in slot 0, the gradient at z; and g∘σ(z) in slot 1, the gradient at b.
/// </summary>
/// <remarks>
/// A <see cref="SignalProduct"/> forms h from g and the b in memory and puts g in b's place. TinT's own MLP takes the difference as in
/// <see cref="Activation.ActivationBackward"/>, hands on σ(z) in slot 1 and, by its residual connection, g. A second product multiplies the two. In the forward
/// pass this was: σ(z)∘b.
/// Source: C29.
/// </remarks>
public sealed class GatedUnitBackward
{
    private readonly TintConfiguration _configuration;
    private readonly SignalProduct _first;
    private readonly SignalProduct _second;
    private readonly HeadMixing _shift;
    private readonly HeadMixing _difference;
    private readonly CoordinateMap _shiftMap;
    private readonly CoordinateMap _differenceMap;
    private readonly Gate _gate;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that holds b, from 2 on; z is in the one behind it.</param>
    public GatedUnitBackward(TintConfiguration configuration, int memorySlot)
    {
        AdmissibleShapes.Check(configuration);
        _configuration = configuration;
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 2, first: 2);
        _gate = Gate.ReplaceTokens(configuration);
        _first = new SignalProduct(
            configuration, (Target: 0, First: 0, Second: _memory), (Target: _memory, First: 0, Second: null));
        _second = new SignalProduct(
            configuration, (Target: 0, First: 0, Second: null), (Target: 1, First: 1, Second: _memory));
        var heads = configuration.Auxiliary.HiddenSize / configuration.HeadSize;
        var scale = configuration.FiniteDifferenceScale;

        // Slot 0: z + h/N, slot 1: z; then, behind σ, N times their difference, and σ(z).
        _shift = new HeadMixing(configuration.HeadCount, configuration.HeadSize);
        _shift.CopyHeads(0, 0, heads, 1 / scale);
        _shift.CopyHeads(0, (_memory + 1) * heads, heads);
        _shift.CopyHeads(heads, (_memory + 1) * heads, heads);

        _difference = new HeadMixing(configuration.HeadCount, configuration.HeadSize);
        _difference.CopyHeads(0, 0, heads, scale);
        _difference.CopyHeads(0, heads, heads, -scale);
        _difference.CopyHeads(heads, heads, heads);
        (_shiftMap, _differenceMap) = (_shift.ToMap(), _difference.ToMap());
    }

    /// <summary>Runs the module: slot 0 becomes the gradient at z and slot 1 that at b, [T × D_aux] each; all other slots are emptied.</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var products = _first.Run(states, arithmetic);
        var kept = products with { Tokens = products.Tokens.With(_memory + 1, states.Tokens[_memory + 1]) };
        var gradients = _gate.Apply(states, kept, arithmetic);
        var difference = new HiddenStates(Differentiate(gradients.Prefixes, arithmetic), Differentiate(gradients.Tokens, arithmetic));
        return _gate.Apply(difference, _second.Run(difference, arithmetic), arithmetic);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _first.Tensors("product"),
        .. _gate.Tensors("product_gates"),
        .. _shift.Tensors("c_fc"),
        .. _difference.Tensors("proj_fc"),
        .. _second.Tensors("second_product"),
        .. _gate.Tensors("second_product_gates"),
    ];

    private Slots Differentiate(Slots slots, Arithmetic arithmetic)
    {
        var activated = arithmetic.Apply(_shiftMap, slots)
            .Select((slot, _) => slot is null ? null : arithmetic.Activate(slot, _configuration.Auxiliary.Activation));
        return arithmetic.Apply(_differenceMap, activated).With(_memory, slots[_memory]);
    }
}
