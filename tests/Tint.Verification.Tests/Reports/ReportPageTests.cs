using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tint.Fixtures;
using Tint.Verification.Engines;
using Tint.Verification.Reports;
using Tint.Verification.Reports.Page;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Reports;

public partial class ReportPageTests
{
    private static readonly FixtureNotes Notes = FixtureNotes.Load(FixtureLocator.FindShipped());

    private static readonly PageContent Measured = PageContent.Measure(
        Verifier.Run([.. CaseFilter.Select(Shipped.Cases, "*.a"), Shipped.Case("TinT.gpt2.wide")], ReferenceEngines.All, seed: 3, compare: true) with
        {
            Selection = new CaseSelection { Chosen = Shipped.Cases, All = Shipped.Cases, Notes = Notes },
        },
        "test");

    private static readonly string Page = Write(Measured);

    [Fact]
    public void The_page_needs_nothing_else()
    {
        Assert.DoesNotMatch(@"(?i)https?:|\bsrc=|\bhref=|url\(|@import|<script|<link", Page);
        Assert.Contains("name=\"viewport\"", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_verdict_stands_at_the_top_and_says_what_share_was_looked_at()
    {
        Assert.Contains($"✓ What was looked at agrees: 18 of {Shipped.Cases.Count} cases that ship, ", Page, StringComparison.Ordinal);
        Assert.DoesNotContain("TinT is right", Page, StringComparison.Ordinal);
        Assert.True(Page.IndexOf("What was looked at", StringComparison.Ordinal) < Page.IndexOf("<svg", StringComparison.Ordinal));
    }

    [Fact]
    public void TinT_is_right_only_where_every_case_that_ships_agrees()
    {
        var report = new CaseReport { Case = Shipped.Case("LinearForward.a"), Verdict = CaseVerdict.Passed };
        Assert.Contains("✓ TinT is right: all 1 cases that ship agree", Write(Run([report.Case], null)), StringComparison.Ordinal);
        Assert.Contains($"✓ What was looked at agrees: 1 of {Shipped.Cases.Count} cases that ship, 0 of ", Write(Run(Shipped.Cases, null)), StringComparison.Ordinal);
        Assert.Contains("✓ What was looked at agrees: 1 of 1 cases of mine, 0 of 27 tensors", Write(Run([report.Case], "mine")), StringComparison.Ordinal);

        VerificationRun Run(IReadOnlyList<FixtureCase> all, string? directory) => new()
        {
            Seed = 0,
            Reports = [report],
            Selection = new CaseSelection { Chosen = [report.Case], All = all, Directory = directory, Notes = Notes },
        };
    }

    [Fact]
    public void Every_module_layer_curve_and_departure_is_shown()
    {
        Assert.All(Shipped.Cases.Select(item => item.Module).Distinct(), module => Assert.Contains($">{module}<", Page, StringComparison.Ordinal));
        Assert.Contains("gpt2.wide", Page, StringComparison.Ordinal);
        Assert.Contains("ActivationBackward (gelu_new)", Page, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(1, 8), number => Assert.Contains($"<span class=\"tag\">V{number}</span>", Page, StringComparison.Ordinal));
        Assert.Contains("Products ran on test", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawings_are_well_formed_described_and_within_their_frames()
    {
        var drawings = Drawing().Matches(Page).Select(match => XElement.Parse(match.Value)).ToArray();
        Assert.True(drawings.Length >= 5);
        Assert.All(drawings, drawing =>
        {
            Assert.False(string.IsNullOrEmpty((string?)drawing.Attribute("aria-label")));
            Assert.DoesNotContain("NaN", $"{drawing}", StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_failing_run_says_so_and_shows_where()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.Scale("LinearForward.a", "expected.hidden_states", 1.5);
        var page = Write(Verifier.Run(copy.Cases, ReferenceEngines.All, compare: true));
        Assert.Contains("✗ TinT is not verified: 1 of 1 cases do not pass", page, StringComparison.Ordinal);
        Assert.Contains("first at module LinearForward, sequence ", page, StringComparison.Ordinal);
        Assert.Contains("bar bad", page, StringComparison.Ordinal);
        Assert.Contains("No whole model in this run takes a step.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_s_name_cannot_break_the_page()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.EditManifest(manifest => manifest["cases"]![0]!["id"] = "<script>&\u001b\u202e");
        FixtureCase[] cases = [.. copy.Cases];
        File.Delete(cases[0].FilePath);
        var page = Write(Verifier.Run(cases, ReferenceEngines.All, compare: true));
        Assert.Contains("ERROR &lt;script&gt;&amp;\\u001b\\u202e\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', page);
        Assert.DoesNotContain('\u202e', page);
    }

    /// <summary>The page of a run without whole models; the curves are of no run.</summary>
    private static string Write(VerificationRun run) => Write(Measured with { Run = run, Departures = [], Faithful = [] });

    private static string Write(PageContent content)
    {
        using var stream = new MemoryStream();
        ReportPage.Write(content, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();
}
