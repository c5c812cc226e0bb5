using System.Diagnostics;
using MathNet.Numerics.LinearAlgebra;

namespace Tint.Verification.Benchmarks;

/// <summary>What the provider reaches at its best: one product of [1280 × 768]·[768 × 768] in float64.</summary>
internal static class PeakRate
{
    private const int Rows = 1280;
    private const int Width = 768;
    private const int LeastRuns = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(0.5);

    /// <summary>The best of several runs, in floating-point operations a second.</summary>
    public static double Measure()
    {
        var random = new Random(1);
        var (a, b) = (RandomInput.Matrix(random, Rows, Width, 1), RandomInput.Matrix(random, Width, Width, 1));
        var product = Matrix<double>.Build.Dense(Rows, Width);
        a.Multiply(b, product);
        var (best, total) = (TimeSpan.MaxValue, Stopwatch.StartNew());
        for (var run = 0; run < LeastRuns || total.Elapsed < Duration; run++)
        {
            var watch = Stopwatch.StartNew();
            a.Multiply(b, product);
            best = watch.Elapsed < best ? watch.Elapsed : best;
        }

        return 2.0 * Rows * Width * Width / best.TotalSeconds;
    }
}
