using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Exact;

namespace Tint.Reference.Tests.Exact;

/// <summary>Checks one gradient of a module by central differences of a scalar function of it.</summary>
internal static class ModuleCheck
{
    /// <summary>What every check must at least be able to see, so that it can fail.</summary>
    private const double WorstResolution = 1e-6;

    public static void Run(Func<Matrix<double>, double> f, Matrix<double> at, Matrix<double> gradient)
    {
        Assert.Equal((at.RowCount, at.ColumnCount), (gradient.RowCount, gradient.ColumnCount));
        Matrix<double> Shape(Vector<double> values) => Matrix<double>.Build.Dense(at.RowCount, at.ColumnCount, values.ToArray());
        Run(values => f(Shape(values)), Flat(at), Flat(gradient));
    }

    public static void Run(Func<Vector<double>, double> f, Vector<double> at, Vector<double> gradient)
    {
        var results = GradientCheck.Run(f, at, gradient, [], directions: 3, seed: 41);
        Assert.All(results, result => Assert.True(
            result.Passes && result.Resolution < WorstResolution, $"{result}"));
    }

    private static Vector<double> Flat(Matrix<double> matrix) => Vector<double>.Build.Dense(matrix.ToColumnMajorArray());
}
