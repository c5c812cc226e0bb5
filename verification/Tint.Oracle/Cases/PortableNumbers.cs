using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Generators;

namespace Tint.Oracle.Cases;

/// <summary>
/// Random numbers that are the same to the last bit on every machine: whole numbers of SplitMix64 and sums of them. No logarithm or cosine takes
/// part, whose last bits are those of the platform's C library.
/// </summary>
/// <remarks>√3·(u₁ + u₂ + u₃ + u₄ − 2) of uniform u has mean 0, variance 1 and no value beyond ±2√3.</remarks>
/// <param name="seed">The seed.</param>
/// <param name="stream">Another stream, other numbers: the name of what they are for.</param>
/// <param name="isSingle">Whether every number is rounded to float32, for cases in that type.</param>
internal sealed class PortableNumbers(int seed, string stream, bool isSingle)
{
    private const double RootOfThree = 1.7320508075688772;

    private readonly Numbers _numbers = new(Numbers.Mix((ulong)(uint)seed ^ Hash(stream)));

    /// <summary>A whole number in 0 … count − 1.</summary>
    public int Below(int count) => _numbers.Below(count);

    /// <summary>A number of mean 0 and a standard deviation.</summary>
    public double Number(double deviation)
    {
        var sum = _numbers.Unit() + _numbers.Unit();
        sum += _numbers.Unit();
        sum += _numbers.Unit();
        var number = deviation * (RootOfThree * (sum - 2));
        return isSingle ? (double)(float)number : number;
    }

    /// <summary>Numbers of a standard deviation, [rows × columns], drawn row by row.</summary>
    public Matrix<double> Matrix(int rows, int columns, double deviation)
    {
        var matrix = Matrix<double>.Build.Dense(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                matrix.At(row, column, Number(deviation));
            }
        }

        return matrix;
    }

    /// <summary>Numbers about a mean, [count].</summary>
    public Vector<double> Vector(int count, double deviation, double mean = 0)
    {
        var vector = Vector<double>.Build.Dense(count);
        for (var i = 0; i < count; i++)
        {
            var number = mean + Number(deviation);
            vector.At(i, isSingle ? (double)(float)number : number);
        }

        return vector;
    }

    private static ulong Hash(string text)
    {
        // FNV-1a, as string.GetHashCode differs from run to run.
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
        {
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        }

        return hash;
    }
}
