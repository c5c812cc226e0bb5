using Tint.Fixtures;
using Tint.Properties.Laws;
using Tint.Properties.Mutants.Cases;
using Tint.Properties.Mutants.Table;

namespace Tint.Properties.Tests.Mutants.Support;

/// <summary>The checks that mutants are put to, set up once for all tests.</summary>
internal static class Trials
{
    /// <summary>All laws on as many cases as the committed table has, and the chosen fixture cases.</summary>
    public static MutantTrial Full { get; } =
        new(LawBook.All, MutantTrial.DefaultCaseCount, MutantCases.Load(FixtureLocator.FindShipped()));

    /// <summary>All laws on a few cases, and the chosen fixture cases.</summary>
    public static MutantTrial Short { get; } = new(LawBook.All, caseCount: 3, MutantCases.Load(FixtureLocator.FindShipped()));
}
