using Tint.Explaining.Walking;
using Tint.Verification.Reports.Page;

namespace Tint.Explaining.Page;

/// <summary>What holds a module: comparisons of these very numbers, and the checks that cover it.</summary>
internal static class CheckTables
{
    /// <summary>Both.</summary>
    public static Markup Of(ModuleWalk walk)
    {
        var checks = new Markup().Raw("<h3>What holds it</h3>\n<div class=\"scroll\"><table><tr><th>these numbers</th><th>error</th><th>bound</th><th>error/bound</th></tr>\n");
        foreach (var check in walk.Checks)
        {
            var verdict = check.Ratio <= 1 ? "good" : "wrong";
            checks.Line($"<tr><td>{check.What}: {check.Sides} <span class=\"who\">{check.Covers}</span></td><td class=\"n\">{PageNumber.Size(check.Error)}</td><td class=\"n\">{PageNumber.Size(check.Bound)}</td><td class=\"n {verdict}\">{PageNumber.Ratio(check.Ratio)}</td></tr>");
        }

        checks.Raw("</table></div>\n<dl class=\"cover\">\n");
        var coverage = walk.Coverage;
        Named(checks, "Fixture cases from the published code", coverage.Cases);
        Named(checks, "Tests", coverage.Tests);
        Named(checks, "Proven as polynomials", string.Join(", ", coverage.Proofs));
        Named(checks, "Certificate of what separates it from the true gradient", coverage.Certificate);
        foreach (var (label, statement) in coverage.Laws)
        {
            Named(checks, $"Law {label}", statement);
        }

        Named(checks, "Deliberate faults that those laws are the first to see", string.Join(", ", coverage.Mutants));
        return checks.Raw("</dl>\n");
    }

    private static void Named(Markup markup, string name, string words)
    {
        if (words.Length > 0)
        {
            markup.Line($"<dt>{name}</dt><dd>{Prose.Of(words)}</dd>");
        }
    }
}
