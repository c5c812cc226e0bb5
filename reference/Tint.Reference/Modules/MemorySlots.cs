using Tint.Reference.Configuration;

namespace Tint.Reference.Modules;

/// <summary>Where modules keep what the backward pass will need: whole slots at the top of a token, counted in slots of D_aux coordinates.</summary>
/// <remarks>Source: C2, V8.</remarks>
public static class MemorySlots
{
    /// <summary>The slot of the input x of a linear layer: D_sim − D.</summary>
    public static int Linear(TintConfiguration configuration) => FromTop(configuration, 1);

    /// <summary>The slot of the input z of an activation: D_sim − D.</summary>
    public static int Activation(TintConfiguration configuration) => FromTop(configuration, 1);

    /// <summary>The first of the two slots of a normalisation, x̂ then x: D_sim − 2D.</summary>
    public static int LayerNorm(TintConfiguration configuration) => FromTop(configuration, 2);

    /// <summary>The first of the two slots of a product, a then b: D_sim − 2D.</summary>
    public static int Product(TintConfiguration configuration) => FromTop(configuration, 2);

    /// <summary>The first of the three slots of self-attention, Qx, Kx, x: D_sim − 3D.</summary>
    public static int Attention(TintConfiguration configuration) => FromTop(configuration, 3);

    /// <summary>Translates a memory offset in coordinates into a slot, after checking that it is one.</summary>
    /// <param name="configuration">The construction's shape.</param>
    /// <param name="coordinate">The offset in coordinates of a token.</param>
    /// <param name="needed">The number of slots that the module fills.</param>
    /// <param name="reserved">The number of slots, from 0, that the module's signal takes.</param>
    /// <exception cref="RuleViolationException">The offset is no multiple of D_aux, or memory would cross the signal or the end.</exception>
    public static int FromCoordinate(TintConfiguration configuration, int coordinate, int needed, int reserved = 1)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var width = configuration.Auxiliary.HiddenSize;
        var last = configuration.RowsPerPrefix + 1 - needed;
        if (coordinate % width != 0 || coordinate / width < reserved || coordinate / width > last)
        {
            var choices = Enumerable.Range(reserved, Math.Max(0, last - reserved + 1)).Select(slot => slot * width);
            throw new RuleViolationException(
                "memory_index must be a multiple of Auxiliary.HiddenSize with room for the module's memory behind its signal",
                $"memory_index {coordinate} for Auxiliary.HiddenSize {width}, HiddenSize {configuration.HiddenSize}, {needed} memory slots",
                $"use one of {string.Join(", ", choices)}");
        }

        return coordinate / width;
    }

    /// <summary>
    /// Requires that memory lies behind a module's signal, the slots below <paramref name="first"/>, and ends within the token; returns its first slot.
    /// </summary>
    internal static int Checked(TintConfiguration configuration, int slot, int needed, int first = 1)
    {
        var last = FromTop(configuration, needed);
        return slot >= first && slot <= last
            ? slot
            : throw new RuleViolationException(
                "a module's memory must lie behind its signal and end within the token",
                $"memory slot {slot} for {needed} memory slots of {configuration.RowsPerPrefix + 1}",
                $"use slots {first} to {last}");
    }

    private static int FromTop(TintConfiguration configuration, int slots) => configuration.RowsPerPrefix + 1 - slots;
}
