using FsCheck;
using FsCheck.Fluent;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;
using Xunit.Abstractions;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>How much of their bounds single-precision modules use, over one sample of shapes.</summary>
public sealed class BoundTightnessTests(ITestOutputHelper output)
{
    /// <summary>Of the worst case, a chain of few operations uses a large part: below a twentieth, the bound would count roundings that nobody makes.</summary>
    private const double LeastOfWorstCase = 0.05;

    /// <summary>
    /// λ = 8 deviations, each charged u where roundings have u/√3 at most: among thousands of entries the worst comes near 4 deviations, that is
    /// 0.2 of the bound. A tenth of that is charged for more than happens.
    /// </summary>
    private const double LeastOfMeanSquare = 0.02;

    /// <summary>The score of a mean's first token is a whole number, 37 roundings of 1 in size, and multiplied by ones: each is charged, and none happens.</summary>
    private const double ChargedOfScores = 37;

    private static readonly IReadOnlyList<ShapeCase> Shapes = [.. ShapeCases.Cases().Generator.Sample(size: 50, numberOfSamples: 20, seed: new Rnd(20240721UL))];

    public static TheoryData<string> Modules { get; } = [.. ModuleRun.All.Keys];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Both_bounds_hold_in_single_precision_and_are_used(string module)
    {
        Check(module, new WorstCaseRounding(FloatFormat.Binary32.Apart), LeastOfWorstCase);
        Check(module, new MeanSquareRounding(FloatFormat.Binary32.Apart), LeastOfMeanSquare);
    }

    private void Check(string module, RoundingModel rounding, double least)
    {
        var largest = Shapes.Max(shape =>
        {
            var run = ModuleRun.All[module](shape);
            var (got, dense) = (run.Structured(Arithmetic.Tracking(rounding)), run.Dense(FloatFormat.Binary32));
            return Math.Min(Agreement.Within(rounding, got, dense), OfResult(module, shape, rounding, got, dense));
        });
        output.WriteLine(FormattableString.Invariant($"{module}: {rounding.GetType().Name} {largest:0.000}"));
        Assert.InRange(largest, module == "LossMean" ? least / ChargedOfScores : least, 1);
    }

    /// <summary>The largest ratio in what the module is for: a descent's prefixes, or else the signal of the tokens; memory is only carried.</summary>
    private static double OfResult(string module, ShapeCase shape, RoundingModel rounding, HiddenStates got, double[,] dense)
    {
        var isDescent = module.Contains("Descent", StringComparison.Ordinal);
        var (prefixes, width) = (shape.Configuration.PrefixCount, shape.Configuration.Auxiliary.HiddenSize);
        var (first, count) = isDescent ? (0, prefixes) : (prefixes, shape.TokenCount);
        var columns = isDescent ? shape.Configuration.HiddenSize : width;
        return Agreement.Within(
            got.ToMatrix().SubMatrix(first, count, 0, columns),
            rounding.Bound(got.ToErrorMatrix()).SubMatrix(first, count, 0, columns),
            Grid.Of(count, columns, (row, column) => dense[first + row, column]));
    }
}
