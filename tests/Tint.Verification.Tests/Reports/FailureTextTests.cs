using Tint.Reference;
using Tint.Verification.Reports;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Reports;

public class FailureTextTests
{
    [Theory]
    [InlineData("LinearForward.a", null, "--filter LinearForward.a")]
    [InlineData("LinearForward.a", "../other cases", "--fixtures '../other cases' --filter LinearForward.a")]
    [InlineData("it's", "x", @"--fixtures x --filter 'it'\''s'")]
    public void The_command_runs_the_case_alone(string id, string? fixtures, string arguments) =>
        Assert.Equal($"dotnet run -c Release --project verification/Tint.Cli -- verify {arguments}", FailureText.Reproduction(id, fixtures));

    [Fact]
    public void A_case_that_cannot_be_run_says_why()
    {
        var report = CaseRunner.Run(Shipped.Case("LinearForward.a"), [new StubEngine(_ => throw new RuleViolationException("a rule", "this", "that"))]);
        Assert.Equal(["ERROR LinearForward.a", "  a rule; got this; that"], FailureText.Lines(report, null).Take(2));
    }
}
