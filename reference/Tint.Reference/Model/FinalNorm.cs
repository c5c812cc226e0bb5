using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>The final normalisation, forward and backward with descent.</summary>
/// <remarks>Source: C24.</remarks>
internal sealed class FinalNorm
{
    private readonly int _memorySlot;
    private readonly LayerNormForward _forward;
    private readonly LayerNormDescentBackward _backward;

    public FinalNorm(TintConfiguration configuration)
    {
        _memorySlot = MemorySlots.LayerNorm(configuration);
        _forward = new LayerNormForward(configuration, _memorySlot);
        _backward = new LayerNormDescentBackward(configuration, _memorySlot);
    }

    /// <summary>Normalises the last block's output; the memory holds x̂ and x.</summary>
    public (HiddenStates States, Slots Memory) Forward(HiddenStates states, Slots prefixes, BlockPass pass)
    {
        var output = _forward.Run(BlockPass.Load(states, prefixes), pass.Arithmetic);
        return (output, BlockPass.Memory(output, _memorySlot));
    }

    /// <summary>Takes the loss gradient back through the normalisation and updates its weights, which stay in the prefixes.</summary>
    public HiddenStates Backward(HiddenStates states, Slots prefixes, Slots memory, BlockPass pass) =>
        _backward.Run(
            pass.Restore(BlockPass.Load(states, prefixes), memory, _memorySlot), pass.Sequence.TrainMask, pass.Arithmetic);
}
