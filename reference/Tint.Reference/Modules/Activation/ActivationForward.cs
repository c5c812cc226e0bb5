using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Modules.Activation;

/// <summary>ActivationForward: every token's z becomes σ(z); z goes to memory.</summary>
/// <remarks>
/// TinT's own MLP does it: an identity, the activation at every coordinate, and an output map that is the identity on the heads below memory
/// and zero above, which leaves memory empty for z.
/// Source: C13.
/// </remarks>
public sealed class ActivationForward
{
    private readonly TintConfiguration _configuration;
    private readonly HeadMixing _input;
    private readonly PerHeadLinear _output;
    private readonly Gate _gate;
    private readonly int _memory;

    /// <summary>Writes the weights.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="memorySlot">The slot that keeps z.</param>
    public ActivationForward(TintConfiguration configuration, int memorySlot)
    {
        AdmissibleShapes.Check(configuration);
        _configuration = configuration;
        _memory = MemorySlots.Checked(configuration, memorySlot, needed: 1);
        _gate = Gate.ReplaceTokens(configuration);
        _input = HeadMixing.Identity(configuration.HeadCount, configuration.HeadSize);
        _output = new PerHeadLinear(configuration.HeadCount, configuration.HeadSize);
        _output.Pass(0, memorySlot * (configuration.Auxiliary.HiddenSize / configuration.HeadSize));
    }

    /// <summary>Runs the module: tokens' slot 0 becomes σ(z), [T × D_aux].</summary>
    public HiddenStates Run(HiddenStates states, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(arithmetic);

        if (states.AreTwins)
        {
            // σ is not odd: gates of −1 stand before and behind it.
            return Run(states.Twins(), arithmetic).Twins();
        }

        // The output map drops the slots from memory on, so their activations are not formed.
        var activated = states.Tokens.Select((slot, i) =>
            slot is null || i >= _memory ? null : arithmetic.Activate(slot, _configuration.Auxiliary.Activation));
        return _gate.Apply(states, states with { Tokens = activated.With(_memory, states.Tokens[0]) }, arithmetic);
    }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<WeightTensor> Tensors() =>
    [
        .. _input.Tensors("mlp_module.c_fc"),
        .. _output.Tensors("mlp_module.c_proj"),
        .. _gate.Tensors("mlp_gates"),
    ];
}
