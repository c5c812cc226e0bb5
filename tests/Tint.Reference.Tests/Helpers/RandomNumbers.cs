using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Tests.Helpers;

/// <summary>Normally distributed numbers from a seed; as floats they are exact in single precision too.</summary>
internal sealed class RandomNumbers(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>An integer in 0 … count − 1.</summary>
    public int Below(int count) => _random.Next(count);

    /// <summary>True once in <paramref name="times"/>.</summary>
    public bool OnceIn(int times) => _random.Next(times) == 0;

    /// <summary>A number in 0 … 1.</summary>
    public double Uniform() => _random.NextDouble();

    /// <summary>A standard normal number that a float holds exactly.</summary>
    public double Normal(double scale = 1) =>
        (float)(scale * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));

    /// <summary>A matrix of normal numbers.</summary>
    public Matrix<double> Matrix(int rows, int columns, double scale = 1) =>
        Matrix<double>.Build.Dense(rows, columns, (_, _) => Normal(scale));

    /// <summary>A vector of normal numbers.</summary>
    public Vector<double> Vector(int length, double scale = 1) => Vector<double>.Build.Dense(length, _ => Normal(scale));

    /// <summary>A mask of zeros and ones.</summary>
    public double[] Mask(int length) => [.. Enumerable.Range(0, length).Select(_ => OnceIn(3) ? 0.0 : 1.0)];

    /// <summary>Which earlier tokens a token may attend to: a random mask with ones on the diagonal.</summary>
    public Matrix<double> IclMask(int length) =>
        Matrix<double>.Build.Dense(length, length, (i, j) => i == j || OnceIn(2) ? 1 : 0);
}
