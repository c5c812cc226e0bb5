using FsCheck;
using FsCheck.Fluent;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;
using Xunit.Abstractions;

namespace Tint.Reference.Tests.Rounding;

/// <summary>Every operation's tracked bound against the same operation in float32.</summary>
public sealed class OperationBoundTests(ITestOutputHelper output)
{
    /// <summary>Of the worst case a single operation uses much: below a twentieth, the bound would count roundings that nobody makes.</summary>
    private const double LeastOfWorstCase = 0.05;

    /// <summary>
    /// λ = 8 deviations, each charged u where roundings have u/√3 at most: among thousands of entries the worst comes near 4 deviations, that is
    /// 0.2 of the bound, and no less than a tenth of that.
    /// </summary>
    private const double LeastOfMeanSquare = 0.02;

    public static TheoryData<string> Operations { get; } = [.. Operation.All.Keys];

    [Theory]
    [MemberData(nameof(Operations))]
    public void The_worst_case_bound_holds(string operation) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(100),
        Prop.ForAll(OperationSize.Sizes(), size => { Ratio(operation, size, new WorstCaseRounding(FloatFormat.Binary32.Apart)); }));

    [Theory]
    [MemberData(nameof(Operations))]
    public void The_mean_square_bound_holds(string operation) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(100),
        Prop.ForAll(OperationSize.Sizes(), size => { Ratio(operation, size, new MeanSquareRounding(FloatFormat.Binary32.Apart)); }));

    [Theory]
    [MemberData(nameof(Operations))]
    public void Both_bounds_are_used(string operation)
    {
        var sizes = OperationSize.Sizes().Generator.Sample(size: 50, numberOfSamples: 100, seed: new Rnd(77UL)).ToArray();
        var worst = sizes.Max(size => Ratio(operation, size, new WorstCaseRounding(FloatFormat.Binary32.Apart)));
        var meanSquare = sizes.Max(size => Ratio(operation, size, new MeanSquareRounding(FloatFormat.Binary32.Apart)));
        output.WriteLine(FormattableString.Invariant($"{operation}: worst case {worst:0.000}, mean square {meanSquare:0.000}"));
        Assert.InRange(worst, LeastOfWorstCase, 1);
        Assert.InRange(meanSquare, LeastOfMeanSquare, 1);
    }

    private static double Ratio(string operation, OperationSize size, RoundingModel rounding)
    {
        var run = Operation.All[operation](size);
        return Agreement.Within(rounding, run.Tracked(Arithmetic.Tracking(rounding)), run.Single());
    }
}
