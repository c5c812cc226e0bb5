using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Activation;

/// <summary>
/// ActivationBackward: every token's output gradient g becomes N(σ(z + g/N) − σ(z)): a finite difference in place of σ′(z)∘g. With the central stencil
/// (N/2)(σ(z + g/N) − σ(z − g/N)).
/// </summary>
/// <remarks>
/// TinT's own MLP does it: a head mixing forms z + g/N in slot 0 and the other point, z or z − g/N, in memory's slot, the activation is applied to both, and
/// a second mixing takes N times their difference, or N/2 times: both stencils cost the same. There is no gate: prefixes pass through the same map. In
/// the forward pass this was: σ(z).
/// Source: C14, C37.
/// </remarks>
public sealed class ActivationBackward
{
    private readonly TintConfiguration _configuration;
    private readonly HeadMixing _shift;
    private readonly HeadMixing _difference;
    private readonly CoordinateMap _shiftMap;
    private readonly CoordinateMap _differenceMap;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that holds z.</param>
    public ActivationBackward(TintConfiguration configuration, int memorySlot)
    {
        AdmissibleShapes.Check(configuration);
        _configuration = configuration;
        memorySlot = MemorySlots.Checked(configuration, memorySlot, needed: 1);
        var heads = configuration.Auxiliary.HiddenSize / configuration.HeadSize;
        var (scale, stencil) = (configuration.FiniteDifferenceScale, configuration.Stencil);

        _shift = new HeadMixing(configuration.HeadCount, configuration.HeadSize);
        _shift.CopyHeads(0, 0, heads, 1 / scale);
        _shift.CopyHeads(0, memorySlot * heads, heads);
        _shift.CopyHeads(memorySlot * heads, 0, heads, stencil.Behind / scale);
        _shift.CopyHeads(memorySlot * heads, memorySlot * heads, heads);

        _difference = new HeadMixing(configuration.HeadCount, configuration.HeadSize);
        _difference.CopyHeads(0, 0, heads, scale * stencil.Weight);
        _difference.CopyHeads(0, memorySlot * heads, heads, -scale * stencil.Weight);
        (_shiftMap, _differenceMap) = (_shift.ToMap(), _difference.ToMap());
    }

    /// <summary>Runs the module: slot 0 becomes the gradient at z, [T × D_aux]; all other slots are emptied.</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        return states.AreTwins
            ? Run(states.Twins(), arithmetic).Twins()
            : states with { Prefixes = Run(states.Prefixes, arithmetic), Tokens = Run(states.Tokens, arithmetic) };
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _shift.Tensors("c_fc"),
        .. _difference.Tensors("proj_fc"),
    ];

    private Slots Run(Slots slots, Arithmetic arithmetic)
    {
        var activated = arithmetic.Apply(_shiftMap, slots)
            .Select((slot, _) => slot is null ? null : arithmetic.Activate(slot, _configuration.Auxiliary.Activation));
        return arithmetic.Apply(_differenceMap, activated);
    }
}
