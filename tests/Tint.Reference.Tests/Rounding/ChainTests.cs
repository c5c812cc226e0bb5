using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;
using Xunit.Abstractions;

namespace Tint.Reference.Tests.Rounding;

/// <summary>Many operations behind each other: x ← x + gelu_new(normalise(x)·W), layer after layer, in doubles with bounds and in float32.</summary>
public sealed class ChainTests(ITestOutputHelper output)
{
    private const int Tokens = 3;
    private const int Width = 16;
    private const double Epsilon = 1e-5;
    private const int Cases = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(12)]
    public void The_mean_square_bound_holds_and_is_used(int depth)
    {
        var rounding = new MeanSquareRounding(FloatFormat.Binary32.Apart);
        var largest = Enumerable.Range(0, Cases).Max(seed => Ratio(rounding, depth, seed));
        output.WriteLine(FormattableString.Invariant($"depth {depth}: {largest:0.000}"));

        // Within a factor of twenty of the 0.2 that honest deviations would reach, however long the chain.
        Assert.InRange(largest, 0.01, 1);
    }

    /// <summary>Not for long: a normalisation whose deviation could be all error has no bound.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_worst_case_bound_holds(int depth)
    {
        var rounding = new WorstCaseRounding(FloatFormat.Binary32.Apart);
        var largest = Enumerable.Range(0, Cases).Max(seed => Ratio(rounding, depth, seed));
        output.WriteLine(FormattableString.Invariant($"depth {depth}: {largest:0.000000}"));
        Assert.InRange(largest, double.Epsilon, 1);
    }

    [Fact]
    public void The_worst_case_outgrows_the_mean_square_along_a_chain()
    {
        double Bound(RoundingModel rounding, int depth) =>
            rounding.Bound(Run(Arithmetic.Tracking(rounding), Layers(depth, seed: 1)).Error!).Enumerate().Max();
        double Growth(RoundingModel rounding) => Bound(rounding, depth: 4) / Bound(rounding, depth: 1);
        Assert.True(
            Growth(new WorstCaseRounding(FloatFormat.Binary64.Apart)) > 10 * Growth(new MeanSquareRounding(FloatFormat.Binary64.Apart)));
    }

    private static double Ratio(RoundingModel rounding, int depth, int seed)
    {
        var layers = Layers(depth, seed);
        return Agreement.Within(rounding, Run(Arithmetic.Tracking(rounding), layers), Single(layers));
    }

    /// <summary>The first states and the weights of the layers.</summary>
    private static (Matrix<double> Start, Matrix<double>[] Weights) Layers(int depth, int seed)
    {
        var random = new RandomNumbers(seed);
        return (
            random.Matrix(Tokens, Width),
            [.. Enumerable.Range(0, depth).Select(_ => random.Matrix(Width, Width, 1 / Math.Sqrt(Width)))]);
    }

    private static Tracked Run(Arithmetic arithmetic, (Matrix<double> Start, Matrix<double>[] Weights) layers)
    {
        var x = new Tracked(layers.Start);
        foreach (var weight in layers.Weights)
        {
            var normal = arithmetic.GatedNormalise(x, TrackedScalar.Exact(1), Epsilon);
            x = arithmetic.Add(x, arithmetic.Activate(arithmetic.Multiply(normal, new Tracked(weight)), ActivationKind.GeluNew))!;
        }

        return x;
    }

    private static double[,] Single((Matrix<double> Start, Matrix<double>[] Weights) layers)
    {
        var format = FloatFormat.Binary32;
        double[] gates = [.. Enumerable.Repeat(1.0, Width)];
        var x = Grid.Of(layers.Start);
        foreach (var weight in layers.Weights)
        {
            double[][] normal = [.. Enumerable.Range(0, Tokens).Select(row => DenseLayerNorm.NormaliseRow(
                format, [.. gates.Select((_, c) => x[row, c])], gates, Epsilon))];
            var before = x;
            x = Grid.Like(before, (row, c) => format.Add(before[row, c], format.Activate(
                ActivationKind.GeluNew, format.Sum(Enumerable.Range(0, Width).Select(k => format.Times(normal[row][k], weight[k, c]))))));
        }

        return x;
    }
}
