using Tint.Reference.Configuration;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.LayerNorm;

/// <summary>
/// LayerNormForward: every token's x becomes γ∘x̂ + β, x̂ = (x − μ)/√(var + eps), with diag γ and β in the prefixes; x̂ and x go to memory.
/// </summary>
/// <remarks>
/// TinT's own normalisation layer, confined to slot 0 by a feature gate tanh(G·1[c &lt; D]), makes x̂; a <see cref="LinearForward"/> whose weight
/// matrix is diag γ does the rest and stores its input x̂.
/// Source: C7.
/// </remarks>
public sealed class LayerNormForward
{
    private readonly TintConfiguration _configuration;
    private readonly SlotNormalisation _normalisation;
    private readonly LinearForward _linear;
    private readonly Gate _normalisationGate;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that keeps x̂; x goes to the one behind it.</param>
    public LayerNormForward(TintConfiguration configuration, int memorySlot)
        : this(configuration, memorySlot, SlotNormalisation.Centred(configuration))
    {
    }

    /// <summary>Writes the weights, with another normalisation in the place of x̂.</summary>
    internal LayerNormForward(TintConfiguration configuration, int memorySlot, SlotNormalisation normalisation)
    {
        AdmissibleShapes.Check(configuration);
        (_configuration, _normalisation) = (configuration, normalisation);
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 2, normalisation.FirstMemorySlot);
        _linear = new LinearForward(configuration, _memory);
        _normalisationGate = Gate.ReplaceTokens(configuration);
    }

    /// <summary>Runs the module: tokens' slot 0 becomes γ∘x̂ + β, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);
        var gate = Gate.Tanh(_configuration.EffectiveGateScale, arithmetic);
        var normal = _normalisation.Apply(states.Tokens, gate, arithmetic);
        var normalised = _normalisationGate.Apply(states, states with { Tokens = normal }, arithmetic);
        var output = _linear.Run(normalised, arithmetic);
        return output with
        {
            Tokens = output.Tokens.With(_memory + 1, arithmetic.Add(output.Tokens[_memory + 1], states.Tokens[0])),
        };
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _linear.Tensors().Select(tensor => tensor.In("linear")),
        .. _normalisation.Tensors(),
        .. _normalisationGate.Tensors("normalization_gates"),
    ];
}
