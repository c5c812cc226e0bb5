using System.Diagnostics;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Tint.Verification.Benchmarks;

/// <summary>Times products of the provider in use, of the shapes that a step of GPT-2 small has, and checks entries of each.</summary>
internal static class ProductBench
{
    private const int LeastRuns = 3;
    private const int EntriesChecked = 2000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(0.3);

    /// <summary>Rows, depth and columns: linear layers, both MLP layers, scores of a head, a head's sum over values, and one token's layer.</summary>
    private static readonly (int Rows, int Depth, int Columns)[] Shapes =
    [
        (1024, 768, 768), (1024, 768, 3072), (1024, 3072, 768), (1024, 64, 1024), (1024, 1024, 64), (1, 768, 768),
    ];

    /// <summary>All products, in float64 and in float32.</summary>
    /// <param name="cancellationToken">Ends the run between two products.</param>
    public static IReadOnlyList<ProductTime> Run(CancellationToken cancellationToken = default)
    {
        var times = new List<ProductTime>();
        foreach (var shape in Shapes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            times.Add(Measure<double>("float64", shape.Rows, shape.Depth, shape.Columns));
            times.Add(Measure<float>("float32", shape.Rows, shape.Depth, shape.Columns));
        }

        return times;
    }

    private static ProductTime Measure<T>(string type, int rows, int depth, int columns)
        where T : struct, IFloatingPointIeee754<T>
    {
        var random = new Random(rows + depth + columns);
        var a = Matrix<T>.Build.Dense(rows, depth, Entries<T>(random, rows * depth));
        var b = Matrix<T>.Build.Dense(depth, columns, Entries<T>(random, depth * columns));
        var product = Matrix<T>.Build.Dense(rows, columns);
        a.Multiply(b, product);
        var (best, total) = (TimeSpan.MaxValue, Stopwatch.StartNew());
        for (var run = 0; run < LeastRuns || total.Elapsed < Duration; run++)
        {
            var watch = Stopwatch.StartNew();
            a.Multiply(b, product);
            best = watch.Elapsed < best ? watch.Elapsed : best;
        }

        var worst = 0.0;
        for (var entry = 0; entry < EntriesChecked; entry++)
        {
            var ratio = ErrorInBounds(a, b, product, random.Next(rows), random.Next(columns));
            worst = double.IsNaN(ratio) ? ratio : double.IsNaN(worst) ? worst : Math.Max(worst, ratio);
        }

        return new ProductTime(type, rows, depth, columns, best.TotalSeconds, 2.0 * rows * depth * columns / best.TotalSeconds, EntriesChecked, worst);
    }

    /// <summary>
    /// The error of one entry over γ_{k+1}·Σ|a||b|, γ_n = n·u/(1 − n·u): every term meets at most k roundings, in whatever order they are added.
    /// The exact value is a compensated float64 sum (Ogita, Rump and Oishi's Dot2), whose own error is a rounding of itself: the one more.
    /// </summary>
    private static double ErrorInBounds<T>(Matrix<T> a, Matrix<T> b, Matrix<T> product, int row, int column)
        where T : struct, IFloatingPointIeee754<T>
    {
        double sum = 0, lost = 0, magnitude = 0;
        for (var p = 0; p < a.ColumnCount; p++)
        {
            double x = double.CreateChecked(a[row, p]), y = double.CreateChecked(b[p, column]);
            var term = x * y;
            var next = sum + term;
            var part = next - sum;
            lost += Math.FusedMultiplyAdd(x, y, -term) + (sum - (next - part)) + (term - part);
            sum = next;
            magnitude += Math.Abs(term);
        }

        var roundings = (a.ColumnCount + 1) * double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;
        return Math.Abs(double.CreateChecked(product[row, column]) - (sum + lost)) / (roundings / (1 - roundings) * magnitude);
    }

    private static T[] Entries<T>(Random random, int count)
        where T : IFloatingPointIeee754<T>
    {
        var entries = new T[count];
        for (var i = 0; i < count; i++)
        {
            entries[i] = T.CreateChecked((2 * random.NextDouble()) - 1);
        }

        return entries;
    }
}
