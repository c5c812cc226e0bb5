using Tint.Fixtures;
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
    [InlineData("all*", null, @"--filter 'all\*'")]
    [InlineData("a\nb", null, @"--filter $'a\x0ab'")]
    public void The_command_runs_the_case_alone(string id, string? fixtures, string arguments) =>
        Assert.Equal($"tint verify {arguments}", FailureText.Reproduction(id, Run(Broken(), fixtures)));

    [Fact]
    public void The_command_repeats_what_else_the_command_line_said() => Assert.Equal(
        "tint verify --filter x --provider managed", FailureText.Reproduction("x", Run(Broken()) with { Arguments = ["--provider", "managed"] }));

    [Fact]
    public void A_case_that_cannot_be_run_says_why()
    {
        var report = Broken();
        Assert.Equal(["ERROR LinearForward.a", "  a rule; got this; that"], FailureText.Lines(report, Run(report)).Take(2));
    }

    [Fact]
    public void A_case_that_fails_says_what_its_notes_say_that_it_catches()
    {
        var report = Broken();
        var lines = FailureText.Lines(report, Run(report));
        foreach (var flag in FixtureNotes.Load(FixtureLocator.FindShipped()).Of(report.Case.Id))
        {
            Assert.Contains($"  catches ({flag.Name}): {flag.Bug}", lines);
        }

        Assert.Contains(lines, line => line.StartsWith("  catches (linear_forward): ", StringComparison.Ordinal));
        var noted = report with { Case = report.Case with { Notes = "as exported" } };
        Assert.Contains("  note: as exported", FailureText.Lines(noted, Run(noted)));
    }

    [Theory]
    [InlineData("LinearForward.a\nPASSED everything", @"ERROR LinearForward.a\u000aPASSED everything")]
    [InlineData("\u001b[31mred", @"ERROR \u001b[31mred")]
    [InlineData("\u202egnp", @"ERROR \u202egnp")]
    public void What_a_file_says_stays_on_its_line(string id, string line)
    {
        var report = Broken();
        report = report with { Case = report.Case with { Id = id, Notes = id } };
        var lines = FailureText.Lines(report, Run(report));
        Assert.Equal(line, lines[0]);
        Assert.All(lines, text => Assert.Equal(Printable.Text(text, int.MaxValue), text));
    }

    private static CaseReport Broken() =>
        CaseRunner.Run(Shipped.Case("LinearForward.a"), [new StubEngine(_ => throw new RuleViolationException("a rule", "this", "that"))]);

    private static VerificationRun Run(CaseReport report, string? directory = null) => new()
    {
        Seed = 0,
        Reports = [report],
        Selection = new CaseSelection
        {
            Chosen = [report.Case],
            All = Shipped.Cases,
            Directory = directory,
            Notes = FixtureNotes.Load(FixtureLocator.FindShipped()),
        },
    };
}
