namespace Tint.Verification.Benchmarks;

/// <summary>
/// Uniform random numbers from a seed and the number of a stream, so fast that a layer can be made anew each time that it is needed. The
/// generator is SplitMix64: a counter times an odd constant, mixed.
/// </summary>
internal sealed class UniformNumbers(int seed, int stream)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _counter = Mixed(((ulong)(uint)seed << 32) | (uint)stream);

    /// <summary>Numbers between −size and size.</summary>
    public double[] Next(int count, double size)
    {
        // The upper 53 bits make a number of [0, 1), exactly.
        const double UnitInLastPlace = 1.0 / (1L << 53);
        var scale = 2 * size * UnitInLastPlace;
        var numbers = GC.AllocateUninitializedArray<double>(count);
        for (var i = 0; i < numbers.Length; i++)
        {
            _counter += Step;
            numbers[i] = ((Mixed(_counter) >> 11) * scale) - size;
        }

        return numbers;
    }

    private static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
