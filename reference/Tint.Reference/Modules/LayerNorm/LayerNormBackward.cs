using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.LayerNorm;

/// <summary>
/// LayerNormBackward: every token's output gradient g becomes N(f(x + u/N) − x̂), u = γ∘g and f the normalisation: a finite difference in
/// place of f's derivative along u, which is what backpropagation needs since the derivative of f is symmetric.
/// </summary>
/// <remarks>
/// A <see cref="LinearBackward"/> over diag γ makes u. A head mixing forms u/N + x from signal and memory, TinT's normalisation layer applies
/// f to slot 0, and a second mixing takes N times the result minus N times the stored x̂. All three act behind the feature gate ρ, so slot 0
/// is blended with what it held before: with ρ &lt; 1 that leaves (1 − ρ)-sized parts, which the factor N makes visible (departure V3). In the
/// forward pass this was: normalise, then multiply by γ.
/// Source: C8, V3.
/// </remarks>
public sealed class LayerNormBackward
{
    private readonly TintConfiguration _configuration;
    private readonly SlotNormalisation _normalisation;
    private readonly LinearBackward _linear;
    private readonly HeadMixing _shift;
    private readonly HeadMixing _difference;
    private readonly CoordinateMap _shiftMap;
    private readonly CoordinateMap _differenceMap;
    private readonly Gate _normalisationGate;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that holds x̂; x is in the one behind it.</param>
    public LayerNormBackward(TintConfiguration configuration, int memorySlot)
        : this(configuration, memorySlot, SlotNormalisation.Centred(configuration))
    {
    }

    /// <summary>Writes the weights, with another normalisation as f.</summary>
    internal LayerNormBackward(TintConfiguration configuration, int memorySlot, SlotNormalisation normalisation)
    {
        AdmissibleShapes.Check(configuration);
        (_configuration, _normalisation) = (configuration, normalisation);
        memorySlot = MemorySlots.Checked(configuration, memorySlot, needed: 2, normalisation.FirstMemorySlot);
        _linear = new LinearBackward(configuration, memorySlot);
        _normalisationGate = Gate.ReplaceTokens(configuration);
        var heads = configuration.Auxiliary.HiddenSize / configuration.HeadSize;
        var scale = configuration.FiniteDifferenceScale;

        _shift = new HeadMixing(configuration.HeadCount, configuration.HeadSize);
        _shift.CopyHeads(0, 0, heads, 1 / scale);
        _shift.CopyHeads(0, (memorySlot + 1) * heads, heads);

        _difference = new HeadMixing(configuration.HeadCount, configuration.HeadSize);
        _difference.CopyHeads(0, 0, heads, scale);
        _difference.CopyHeads(0, memorySlot * heads, heads, -scale);
        (_shiftMap, _differenceMap) = (_shift.ToMap(), _difference.ToMap());
    }

    /// <summary>Runs the module: tokens' slot 0 becomes the gradient at x, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var gate = Gate.Tanh(_configuration.EffectiveGateScale, arithmetic);
        var gradient = _linear.Run(states, arithmetic).Tokens;

        // u/N + x, behind the feature gate: slot 0 is ρ·new + (1 − ρ)·old, the other slots keep what they hold.
        var shifted = Blend(arithmetic.Apply(_shiftMap, gradient)[0], gradient, gate, arithmetic);
        var normal = _normalisation.Apply(shifted, gate, arithmetic);
        var difference = Blend(arithmetic.Apply(_differenceMap, normal)[0], normal, gate, arithmetic);
        return _normalisationGate.Apply(states, states with { Tokens = difference }, arithmetic);
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _linear.Tensors().Select(tensor => tensor.In("linear")),
        .. _shift.Tensors("c_fc"),
        .. _normalisation.Tensors(),
        .. _difference.Tensors("proj_fc"),
        .. _normalisationGate.Tensors("normalization_gates"),
    ];

    private static Slots Blend(Tracked? signal, Slots old, TrackedScalar gate, Arithmetic arithmetic)
    {
        var remainder = new TrackedScalar(1 - gate.Value, gate.Error);
        return old.With(0, arithmetic.Add(arithmetic.Scale(signal, gate), arithmetic.Scale(old[0], remainder)));
    }
}
