using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Tests.Exact;

/// <summary>Normal numbers in a fixed order that follows from a seed.</summary>
internal sealed class RandomNumbers(int seed)
{
    private readonly Random _random = new(seed);

    public int Integer(int below) => _random.Next(below);

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    public Vector<double> Vector(int count, double scale = 1) => Vector<double>.Build.Dense(count, _ => scale * Normal());

    public Matrix<double> Matrix(int rows, int columns, double scale = 1) =>
        Matrix<double>.Build.Dense(rows, columns, (_, _) => scale * Normal());
}
