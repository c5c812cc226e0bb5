using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Xunit.Abstractions;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>
/// Every module on <see cref="EdgeCase"/>s, computed in a format by plain loops and held against the bounds of the structured evaluation in doubles.
/// TINT_EDGE_CASES sets how many cases a module gets.
/// </summary>
public sealed class EdgeCampaignTests(ITestOutputHelper output)
{
    private const int DefaultCases = 30;

    public static TheoryData<string> Modules { get; } = [.. ModuleRun.All.Keys];

    private static int Cases =>
        int.TryParse(Environment.GetEnvironmentVariable("TINT_EDGE_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var cases)
            ? cases
            : DefaultCases;

    [Theory]
    [MemberData(nameof(Modules))]
    public void Both_bounds_hold_at_the_edges_of_single_precision(string module) => Campaign(module, FloatFormat.Binary32);

    [Theory]
    [MemberData(nameof(Modules))]
    public void Both_bounds_hold_at_the_edges_of_double_precision(string module) => Campaign(module, FloatFormat.Binary64);

    private void Campaign(string module, FloatFormat format)
    {
        RoundingModel[] models = [new WorstCaseRounding(format.Apart), new MeanSquareRounding(format.Apart)];
        var (compared, worst, failures) = (0, 0.0, new List<string>());
        for (var seed = 0; seed < Cases; seed++)
        {
            var run = ModuleRun.All[module](EdgeCase.Of(seed, format));
            var dense = run.Dense(format);
            if (dense.Cast<double>().Any(value => !double.IsFinite(value)))
            {
                continue;
            }

            compared++;
            foreach (var rounding in models)
            {
                var got = run.Structured(Arithmetic.Tracking(rounding));
                var (ratio, place) = Worst(got.ToMatrix(), rounding.Bound(got.ToErrorMatrix()), dense);
                worst = Math.Max(worst, ratio);
                if (!(ratio <= 1))
                {
                    failures.Add($"{module}, {rounding.GetType().Name}, {EdgeCase.Of(seed, format)}: {place}");
                }
            }
        }

        output.WriteLine(FormattableString.Invariant($"{module}, {format}: {compared} of {Cases} cases are finite, largest error/bound {worst:0.000}"));
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(6).Prepend($"{failures.Count} failures")));
        Assert.True(compared > Cases / 4, $"only {compared} of {Cases} cases are finite");
    }

    private static (double Ratio, string Place) Worst(Matrix<double> got, Matrix<double> bound, double[,] expected)
    {
        var (worst, place) = (0.0, string.Empty);
        for (var row = 0; row < got.RowCount; row++)
        {
            for (var column = 0; column < got.ColumnCount; column++)
            {
                double error = Math.Abs(got[row, column] - expected[row, column]), allowed = bound[row, column];
                var ratio = !(double.IsFinite(allowed) && allowed >= 0) ? double.PositiveInfinity : error == 0 ? 0 : error / allowed;
                if (!(ratio <= worst))
                {
                    (worst, place) = (ratio, FormattableString.Invariant(
                        $"[{row}, {column}]: expected {expected[row, column]:R}, got {got[row, column]:R}, error {error:0.00e+00}, bound {allowed:0.00e+00}"));
                }
            }
        }

        return (worst, place);
    }
}
