using System.Diagnostics;
using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Cuda.Device;

/// <summary>How fast a device multiplies.</summary>
public static class DeviceRate
{
    private const int Runs = 5;

    /// <summary>The best of several products left·rightᵀ, in floating-point operations a second, behind one to warm up.</summary>
    /// <exception cref="RuleViolationException">The device's memory does not hold the matrices.</exception>
    public static double Measure(ComputeDevice device, Matrix<double> left, Matrix<double> right)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return device.Invoke(() =>
        {
            using var arena = new DeviceArena(device);
            var algebra = new DeviceAlgebra(device, arena);
            DeviceMatrix a = arena.Upload(left), b = arena.Upload(right);
            var best = double.PositiveInfinity;
            for (var run = 0; run <= Runs; run++)
            {
                algebra.Wait();
                var watch = Stopwatch.StartNew();
                using var product = algebra.ProductWithTransposed(a, b);
                algebra.Wait();
                best = run == 0 ? best : Math.Min(best, watch.Elapsed.TotalSeconds);
            }

            return 2.0 * a.Rows * a.Columns * b.Rows / best;
        });
    }
}
