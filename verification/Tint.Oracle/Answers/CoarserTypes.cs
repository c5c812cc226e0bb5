namespace Tint.Oracle.Answers;

/// <summary>Types coarser than float64 that an implementation may compute in somewhere, with how a number is rounded to them: by way of float32, as frameworks do.</summary>
internal static class CoarserTypes
{
    /// <summary>The types, each with its unit roundoff.</summary>
    public static IReadOnlyList<(string Name, double Unit, Func<double, double> Round)> All { get; } =
    [
        ("float32", Math.Pow(2, -24), value => (float)value),
        ("float16", Math.Pow(2, -11), value => (double)(Half)(float)value),
        ("bfloat16", Math.Pow(2, -8), value => Cut((float)value, 16)),
        ("TF32", Math.Pow(2, -11), value => Cut((float)value, 13)),
    ];

    /// <summary>A float32 without its last bits, rounded to the nearest, ties to even.</summary>
    private static double Cut(float value, int bits)
    {
        var raw = BitConverter.SingleToUInt32Bits(value);
        raw += (1u << (bits - 1)) - 1 + ((raw >> bits) & 1);
        return BitConverter.UInt32BitsToSingle(raw >> bits << bits);
    }
}
