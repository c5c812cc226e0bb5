namespace Tint.Verification.Coordinates;

/// <summary>What lies where in a token: the signal in 0 … D−1, and a module's memory further up.</summary>
internal static class TokenLayout
{
    /// <summary>The coordinates that lead to entry <paramref name="coordinate"/> of a token: its slot, and the head where the slot has heads.</summary>
    /// <param name="geometry">The case's sizes.</param>
    /// <param name="module">The module whose memory the token holds.</param>
    /// <param name="coordinate">The coordinate in 0 … D_sim−1.</param>
    public static IEnumerable<Coordinate> Describe(CaseGeometry geometry, string module, int coordinate)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(module);
        var width = geometry.AuxiliaryHiddenSize;
        var heads = ModuleFamily.IsAttention(module);
        if (coordinate < width)
        {
            return Slot("signal", coordinate, heads ? geometry.AuxiliaryHeadSize : null);
        }

        var memory = Memory(module);
        var start = geometry.MemoryIndex ?? geometry.HiddenSize - (memory.Length * width);
        var slot = coordinate < start ? -1 : (coordinate - start) / width;
        if (slot >= 0 && slot < memory.Length)
        {
            var name = memory[slot];
            return Slot($"memory {name}", (coordinate - start) % width, name is "Qx" or "Kx" ? geometry.AuxiliaryHeadSize : null);
        }

        return coordinate < 2 * width && ModuleFamily.IsLinear(module)
            ? Slot("input gradient", coordinate - width, null)
            : Slot(memory.Length == 0 ? "memory" : "unused", coordinate - width, null);
    }

    /// <summary>The slots that a module keeps in memory, from its start upwards, each D wide.</summary>
    private static string[] Memory(string module) =>
        ModuleFamily.IsLayerNorm(module) ? ["x̂", "x"]
        : ModuleFamily.IsLinear(module) ? ["x"]
        : ModuleFamily.IsAttention(module) ? ["Qx", "Kx", "x"]
        : ModuleFamily.IsActivation(module) ? ["z"]
        : [];

    private static Coordinate[] Slot(string slot, int coordinate, int? headSize) => headSize is { } size
        ? [new("slot", slot), new("head", coordinate / size), new("coordinate", coordinate % size)]
        : [new("slot", slot), new("coordinate", coordinate)];
}
