using Tint.Fixtures;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Verification.Engines;

/// <summary>
/// The arithmetic that bounds the difference between a case's numbers and ours: its unit roundoff is that of the case's type plus that of a
/// double. Modules get the bound that always holds; whole models, in which hundreds of modules follow each other, the mean-square one.
/// </summary>
internal static class CaseRoundoff
{
    public static Arithmetic Of(FixtureCase fixtureCase)
    {
        var u = RoundingModel.DoubleRoundoff
            + (fixtureCase.DataType == "float32" ? RoundingModel.SingleRoundoff : RoundingModel.DoubleRoundoff);
        return Arithmetic.Tracking(
            fixtureCase.Module == FixtureModules.WholeModel ? new MeanSquareRounding(u) : new WorstCaseRounding(u));
    }
}
