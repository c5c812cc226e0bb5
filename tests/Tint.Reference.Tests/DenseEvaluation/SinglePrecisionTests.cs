using FsCheck;
using FsCheck.Fluent;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>The dense evaluation rounded to float32 after every operation, weights and constants included, against the bounds that promise to cover it.</summary>
public sealed class SinglePrecisionTests
{
    public static TheoryData<string> Modules { get; } = [.. ModuleRun.All.Keys];

    [Theory]
    [MemberData(nameof(Modules))]
    public void The_worst_case_bound_holds_in_single_precision(string module) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(20),
        Prop.ForAll(ShapeCases.Cases(), shape =>
        {
            var rounding = new WorstCaseRounding(FloatFormat.Binary32.Apart);
            var run = ModuleRun.All[module](shape);
            Agreement.Within(rounding, run.Structured(Arithmetic.Tracking(rounding)), run.Dense(FloatFormat.Binary32));
        }));

    /// <summary>η = 0.001 is no float: in single precision the weight −η itself is off by up to u before it multiplies anything.</summary>
    [Fact]
    public void The_bound_covers_the_rounding_of_the_weights_themselves()
    {
        var shape = new ShapeCase(
            new TintConfiguration
            {
                Auxiliary = new AuxiliaryConfiguration
                {
                    HiddenSize = 24,
                    HeadCount = 2,
                    LayerCount = 1,
                    VocabularySize = 5,
                    MaximumPositions = 2,
                },
                HiddenSize = 120,
                PrefixCount = 6,
                HeadCount = 5,
                TrainedLayers = 1,
                GateScale = 50,
                InnerLearningRate = 1e-3,
            },
            TokenCount: 1,
            Seed: 203440);
        var rounding = new WorstCaseRounding(FloatFormat.Binary32.Apart);
        var run = ModuleRun.All["LayerNormDescent"](shape);
        Agreement.Within(rounding, run.Structured(Arithmetic.Tracking(rounding)), run.Dense(FloatFormat.Binary32));
    }
}
