using Tint.Verification.Engines;
using Tint.Verification.Reports;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests;

/// <summary>Every case that ships, a test of its own name.</summary>
public class ShippedCasesTests
{
    public static TheoryData<string> Ids => [.. Shipped.Cases.Select(item => item.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Passes(string id)
    {
        var report = CaseRunner.Run(Shipped.Case(id), ReferenceEngines.All, compare: true);
        Assert.True(report.Verdict == CaseVerdict.Passed, string.Join(Environment.NewLine, FailureText.Lines(report, new VerificationRun { Seed = 0, Reports = [report] })));
        Assert.Equal(report.TensorsListed, report.TensorsChecked + report.Unread.Count);
        Assert.NotEmpty(report.Comparison!.Simulation);
        Assert.True(report.Comparison.Certificates.Count > 0 || !report.Case.Config.BackpropThroughAttention);
    }
}
