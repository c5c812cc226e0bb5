namespace Tint.Reference.Auxiliary;

/// <summary>
/// Random numbers from a seed and the number of a stream, the same on every machine, and so fast that a layer can be made anew each time that it
/// is needed. The generator is SplitMix64: a counter times an odd constant, mixed.
/// </summary>
/// <remarks>
/// A number is the sum of the four 16-bit quarters of one draw, shifted and scaled: nearly normal (Irwin – Hall), at most 3.46 standard deviations
/// from zero, and made of integers and one product, so that no machine's logarithm or cosine has a part in its bits.
/// </remarks>
internal sealed class NormalNumbers(int seed, int stream)
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private const int Quarter = 16;
    private const ulong QuarterMask = (1UL << Quarter) - 1;

    /// <summary>Twice the mean of the sum of four quarters, each uniform on 0 … 2¹⁶ − 1.</summary>
    private const long TwiceMean = 4 * (long)QuarterMask;

    /// <summary>Of twice the sum: the variance of a quarter is (2³² − 1)/12.</summary>
    private static readonly double StandardDeviation = 2 * Math.Sqrt(((1UL << (2 * Quarter)) - 1) / 3.0);

    private ulong _counter = Mixed(((ulong)(uint)seed << 32) | (uint)stream);

    /// <summary>Numbers of mean zero.</summary>
    public double[] Next(int count, double standardDeviation)
    {
        var scale = standardDeviation / StandardDeviation;
        var numbers = GC.AllocateUninitializedArray<double>(count);
        for (var i = 0; i < numbers.Length; i++)
        {
            _counter += Step;
            var draw = Mixed(_counter);
            var sum = (draw & QuarterMask) + ((draw >> Quarter) & QuarterMask) + ((draw >> (2 * Quarter)) & QuarterMask) + (draw >> (3 * Quarter));
            numbers[i] = ((2 * (long)sum) - TwiceMean) * scale;
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
