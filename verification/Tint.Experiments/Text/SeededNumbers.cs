namespace Tint.Experiments.Text;

/// <summary>
/// Random numbers from a seed and the number of a stream, the same on every machine and in every version of the runtime: SplitMix64, a counter times
/// an odd constant, mixed. Streams of one seed do not depend on each other, so that step 700 needs no memory of step 699.
/// </summary>
internal sealed class SeededNumbers(int seed, int stream)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const int Quarter = 16;

    private ulong _counter = Mixed(((ulong)(uint)seed << 32) | (uint)stream);

    /// <summary>A whole number of 0 … count − 1. Its excess of small numbers is below count/2³².</summary>
    public int Below(int count) => (int)(((Draw() >> 32) * (ulong)count) >> 32);

    /// <summary>One of several.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Some of several, in random order, each at most once.</summary>
    public T[] Some<T>(IReadOnlyList<T> items, int count)
    {
        T[] rest = [.. items];
        for (var index = 0; index < count; index++)
        {
            var other = index + Below(rest.Length - index);
            (rest[index], rest[other]) = (rest[other], rest[index]);
        }

        return rest[..count];
    }

    /// <summary>Nearly normal numbers of mean 0: sums of four uniform ones, made of integers and one product, so that no machine's logarithm has a part in them.</summary>
    public double[] Normal(int count, double standardDeviation)
    {
        const long mean = 2 * ((1L << Quarter) - 1);
        var scale = standardDeviation / Math.Sqrt(((1UL << (2 * Quarter)) - 1) / 3.0);
        var numbers = new double[count];
        for (var index = 0; index < count; index++)
        {
            var draw = Draw();
            long sum = 0;
            for (var part = 0; part < 4; part++)
            {
                sum += (long)(draw & ((1UL << Quarter) - 1));
                draw >>= Quarter;
            }

            numbers[index] = (sum - mean) * scale;
        }

        return numbers;
    }

    private ulong Draw() => Mixed(_counter += Golden);

    private static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
