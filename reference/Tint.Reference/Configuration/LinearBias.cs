using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Configuration;

/// <summary>ALiBi: attention scores of head h get m_h·j, j the key's position; what depends on the query alone cancels in the softmax.</summary>
/// <remarks>
/// For H a power of two m_h = 2^(−8(h + 1)/H). Otherwise the slopes of the largest power of two P below H come first, then every second slope
/// of 2P, as many as are missing.
/// Source: C33.
/// </remarks>
public static class LinearBias
{
    /// <summary>m_h of every head.</summary>
    public static IReadOnlyList<double> Slopes(int headCount)
    {
        var power = 1;
        while (power * 2 <= headCount)
        {
            power *= 2;
        }

        static double Slope(int index, int heads) => Math.Pow(2, -8.0 * index / heads);
        return
        [
            .. Enumerable.Range(1, power).Select(index => Slope(index, power)),
            .. Enumerable.Range(0, headCount - power).Select(index => Slope((2 * index) + 1, 2 * power)),
        ];
    }

    /// <summary>m_h·j, [T × S].</summary>
    public static Matrix<double> Of(double slope, int queries, int keys) => Matrix<double>.Build.Dense(queries, keys, (_, j) => slope * j);
}
