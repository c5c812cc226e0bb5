using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.LayerNorm;

/// <summary>
/// LayerNormBackward: every token's output gradient g becomes N(f(x + u/N) − x̂), u = γ∘g and f the normalisation: a finite difference in
/// place of f's derivative along u, which is what backpropagation needs since the derivative of f is symmetric. With the central stencil it becomes
/// (N/2)(f(x + u/N) − f(x − u/N)).
/// </summary>
/// <remarks>
/// A <see cref="LinearBackward"/> over diag γ makes u. A head mixing forms u/N + x from signal and memory, TinT's normalisation layer applies
/// f to slot 0, and a second mixing takes N times the result minus N times the stored x̂. All three act behind the feature gate ρ, so slot 0
/// is blended with what it held before: with ρ &lt; 1 that leaves (1 − ρ)-sized parts, which the factor N makes visible (departure V3). In the
/// forward pass this was: normalise, then multiply by γ.
/// <para>
/// The central stencil needs no x̂, so x̂'s slot takes the second point: one mixing forms x + u/N in slot 0 and x − u/N there, f acts on slot 0, a mixing
/// exchanges the two, f acts once more, and the last mixing takes N/2 times their difference. These mixings have no feature gate, so that both points meet
/// the same gates, and what a gate leaves out cancels where the forward stencil magnifies it by N.
/// </para>
/// Source: C8, C37, V3.
/// </remarks>
public sealed class LayerNormBackward
{
    private readonly TintConfiguration _configuration;
    private readonly SlotNormalisation _normalisation;
    private readonly LinearBackward _linear;
    private readonly HeadMixing _shift;
    private readonly HeadMixing? _exchange;
    private readonly HeadMixing _difference;
    private readonly CoordinateMap _shiftMap;
    private readonly CoordinateMap? _exchangeMap;
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
        var (scale, stencil) = (configuration.FiniteDifferenceScale, configuration.Stencil);
        int normalised = memorySlot * heads, input = (memorySlot + 1) * heads;
        HeadMixing Mixing() => new(configuration.HeadCount, configuration.HeadSize);

        (_shift, _difference) = (Mixing(), Mixing());
        _shift.CopyHeads(0, 0, heads, 1 / scale);
        _shift.CopyHeads(0, input, heads);
        if (stencil.StartsAtPoint)
        {
            _difference.CopyHeads(0, 0, heads, scale);
            _difference.CopyHeads(0, normalised, heads, -scale);
        }
        else
        {
            _shift.CopyHeads(normalised, 0, heads, stencil.Behind / scale);
            _shift.CopyHeads(normalised, input, heads);
            _exchange = Mixing();
            _exchange.CopyHeads(0, normalised, heads);
            _exchange.CopyHeads(normalised, 0, heads);
            _exchangeMap = _exchange.ToMap();
            _difference.CopyHeads(0, normalised, heads, scale * stencil.Weight);
            _difference.CopyHeads(0, 0, heads, -scale * stencil.Weight);
        }

        (_shiftMap, _differenceMap) = (_shift.ToMap(), _difference.ToMap());
    }

    /// <summary>Runs the module: tokens' slot 0 becomes the gradient at x, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var gate = Gate.Tanh(_configuration.EffectiveGateScale, arithmetic);
        var gradient = _linear.Run(states, arithmetic).Tokens;

        var difference = _exchangeMap is { } exchange ? AcrossPoint(exchange) : FromPoint();
        return _normalisationGate.Apply(states, states with { Tokens = difference }, arithmetic);

        // u/N + x, behind the feature gate: slot 0 is ρ·new + (1 − ρ)·old, the other slots keep what they hold.
        Slots FromPoint()
        {
            var shifted = Blend(arithmetic.Apply(_shiftMap, gradient)[0], gradient, gate, arithmetic);
            var normal = _normalisation.Apply(shifted, gate, arithmetic);
            return Blend(arithmetic.Apply(_differenceMap, normal)[0], normal, gate, arithmetic);
        }

        Slots AcrossPoint(CoordinateMap exchange)
        {
            var ahead = _normalisation.Apply(arithmetic.Apply(_shiftMap, gradient), gate, arithmetic);
            var both = _normalisation.Apply(arithmetic.Apply(exchange, ahead), gate, arithmetic);
            return arithmetic.Apply(_differenceMap, both);
        }
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _linear.Tensors().Select(tensor => tensor.In("linear")),
        .. _shift.Tensors("c_fc"),
        .. _normalisation.Tensors(),
        .. _exchange?.Tensors("exchange_fc") ?? [],
        .. _difference.Tensors("proj_fc"),
        .. _normalisationGate.Tensors("normalization_gates"),
    ];

    private static Slots Blend(Tracked? signal, Slots old, TrackedScalar gate, Arithmetic arithmetic)
    {
        var remainder = new TrackedScalar(1 - gate.Value, gate.Error);
        return old.With(0, arithmetic.Add(arithmetic.Scale(signal, gate), arithmetic.Scale(old[0], remainder)));
    }
}
