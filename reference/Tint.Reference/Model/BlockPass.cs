using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Primitives;

namespace Tint.Reference.Model;

/// <summary>What the blocks of one pass share: the sequence with its masks, the arithmetic, and how much of the states is carried along.</summary>
/// <remarks>Source: C22.</remarks>
/// <param name="Configuration">The construction's shape and options.</param>
/// <param name="Sequence">The tokens and masks, as descents see them.</param>
/// <param name="Arithmetic">The arithmetic.</param>
/// <param name="CarriesEverything">
/// True: residual connections add whole states, as a transformer does, with the prefixes and the used-up memory that nobody reads any more.
/// False: they add the signal alone, which is all that later modules read.
/// </param>
internal sealed record BlockPass(TintConfiguration Configuration, TokenSequence Sequence, Arithmetic Arithmetic, bool CarriesEverything)
{
    /// <summary>Whether descents repeat a share of the last step.</summary>
    public bool HasMomentum => Configuration.Optimiser.Momentum > 0;

    /// <summary>Residual connection: module output + residual.</summary>
    public HiddenStates AddResidual(HiddenStates output, HiddenStates residual)
    {
        if (CarriesEverything)
        {
            return output.Add(residual, Arithmetic);
        }

        var signal = Arithmetic.Add(output.Tokens[0], residual.Tokens[0]);
        return new HiddenStates(Empty(output.Prefixes), Empty(output.Tokens).With(0, signal));
    }

    /// <summary>Loads prefixes.</summary>
    public static HiddenStates Load(HiddenStates states, Slots prefixes) => states with { Prefixes = prefixes };

    /// <summary>Takes the prefixes out, for a module that reads none.</summary>
    public static HiddenStates Unloaded(HiddenStates states) => states with { Prefixes = Empty(states.Prefixes) };

    /// <summary>Puts the memory of the forward pass back behind the signal, through a residual connection: x + (memory − x).</summary>
    public HiddenStates Restore(HiddenStates states, Slots memory, int firstSlot) => states with
    {
        Tokens = states.Tokens.Tail(firstSlot, states.Tokens.Zip(memory, Arithmetic.Replace)),
    };

    /// <summary>The memory slots of the tokens.</summary>
    public static Slots Memory(HiddenStates states, int firstSlot) => Empty(states.Tokens).Tail(firstSlot, states.Tokens).Force();

    private static Slots Empty(Slots slots) => Slots.Zero(slots.RowCount, slots.Width, slots.Count);
}
