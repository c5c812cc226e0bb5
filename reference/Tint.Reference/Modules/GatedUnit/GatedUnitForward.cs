using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.GatedUnit;

/// <summary>
/// GatedUnitForward: every token's z in slot 0 and b in slot 1 become σ(z)∘b in slot 0; b and z go to memory. With z = W_g x and b = W_u x it is the inside of
/// a gated MLP.
/// </summary>
/// <remarks>
/// TinT's own MLP makes σ(z), as in <see cref="Activation.ActivationForward"/>, with b and z added to the memory; behind its gate a
/// <see cref="SignalProduct"/> multiplies σ(z) by the b in memory.
/// Source: C29.
/// </remarks>
public sealed class GatedUnitForward
{
    private readonly TintConfiguration _configuration;
    private readonly HeadMixing _input;
    private readonly PerHeadLinear _output;
    private readonly Gate _gate;
    private readonly SignalProduct _product;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that keeps b, from 2 on; z goes to the one behind it.</param>
    public GatedUnitForward(TintConfiguration configuration, int memorySlot)
    {
        AdmissibleShapes.Check(configuration);
        _configuration = configuration;
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 2, first: 2);
        _gate = Gate.ReplaceTokens(configuration);
        _input = HeadMixing.Identity(configuration.HeadCount, configuration.HeadSize);
        _output = new PerHeadLinear(configuration.HeadCount, configuration.HeadSize);
        _output.Pass(0, configuration.Auxiliary.HiddenSize / configuration.HeadSize);
        _product = new SignalProduct(configuration, (Target: 0, First: 0, Second: _memory));
    }

    /// <summary>Runs the module: tokens' slot 0 becomes σ(z)∘b, [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);

        // The output map drops all slots but the first, so their activations are not formed.
        var (z, b) = (states.Tokens[0], states.Tokens[1]);
        var activated = states.Tokens
            .Select((slot, i) => slot is null || i > 0 ? null : arithmetic.Activate(slot, _configuration.Auxiliary.Activation))
            .With(_memory, b)
            .With(_memory + 1, z);
        var gated = _gate.Apply(states, states with { Tokens = activated }, arithmetic);
        var product = _product.Run(gated, arithmetic).Tokens.With(_memory, gated.Tokens[_memory]).With(_memory + 1, gated.Tokens[_memory + 1]);
        return _gate.Apply(gated, gated with { Tokens = product }, arithmetic);
    }

    /// <summary>The weights as a transformer holds them.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _input.Tensors("mlp_module.c_fc"),
        .. _output.Tensors("mlp_module.c_proj"),
        .. _gate.Tensors("mlp_gates"),
        .. _product.Tensors("product"),
        .. _gate.Tensors("product_gates"),
    ];
}
