using FsCheck;
using FsCheck.Fluent;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.DenseEvaluation;

public sealed class ModuleAgreementTests
{
    public static TheoryData<string> Modules { get; } = [.. ModuleRun.All.Keys];

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_computes_what_its_dense_weights_compute(string module) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(20),
        Prop.ForAll(ShapeCases.Cases(), shape =>
        {
            var run = ModuleRun.All[module](shape);
            var rounding = new WorstCaseRounding(FloatFormat.Binary64.Apart);
            var got = run.Structured(Arithmetic.Tracking(rounding));
            Agreement.Within(rounding, got, run.Dense(FloatFormat.Binary64));
            Agreement.Sharp(rounding, got);
        }));

    [Theory]
    [MemberData(nameof(Modules))]
    public void Following_rounding_changes_no_number(string module) => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(6),
        Prop.ForAll(ShapeCases.Cases(), shape =>
        {
            var run = ModuleRun.All[module](shape);
            var plain = run.Structured(Arithmetic.Plain);
            var tracked = run.Structured(Arithmetic.Tracking(new MeanSquareRounding(FloatFormat.Binary64.Apart)));
            Assert.Equal(plain.ToMatrix().ToRowMajorArray(), tracked.ToMatrix().ToRowMajorArray());
            Assert.All(plain.ToErrorMatrix().Enumerate(), error => Assert.Equal(0, error));
        }));
}
