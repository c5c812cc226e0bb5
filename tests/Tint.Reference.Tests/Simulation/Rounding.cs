using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Simulation;

internal static class Rounding
{
    public static int ModuleOperations(TintConfiguration configuration) => configuration.HiddenSize;

    public static void Expect(string what, Matrix<double> expected, Matrix<double> actual, int operations, double amplification)
    {
        var error = (expected - actual).Enumerate().Max(Math.Abs);
        var rel = error / expected.Enumerate().Max(Math.Abs);
        File.AppendAllText("/tmp/sim_errors.txt", string.Create(CultureInfo.InvariantCulture, $"{rel:e2} {error:e2} {what} {operations} {amplification:e1}\n"));
        Assert.True(rel < 1e-9, $"{what}: {rel}");
    }
}
