using MathNet.Numerics.LinearAlgebra;

namespace Tint.Properties.Generators;

/// <summary>A stream of numbers from a seed, the same on every platform and version: SplitMix64.</summary>
internal sealed class Numbers(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += Golden;
        return Mix(_state);
    }

    /// <summary>Mixes 64 bits so that neighbours have nothing in common.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number in 0 … count − 1.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A standard normal number (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>0 … count − 1 in an order of equal chance.</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (var i = count - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>Normal numbers of a standard deviation, [rows × columns].</summary>
    public Matrix<double> Matrix(int rows, int columns, double scale) =>
        Matrix<double>.Build.Dense(rows, columns, (_, _) => scale * Normal());

    /// <summary>Normal numbers of a standard deviation, [length].</summary>
    public Vector<double> Vector(int length, double scale) => Vector<double>.Build.Dense(length, _ => scale * Normal());
}
