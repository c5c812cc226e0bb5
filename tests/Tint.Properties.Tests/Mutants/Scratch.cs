using System.Diagnostics;
using Tint.Fixtures;
using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Cases;
using Tint.Verification;
using Tint.Verification.Engines;
using Xunit.Abstractions;

namespace Tint.Properties.Tests.Mutants;

public sealed class Scratch(ITestOutputHelper output)
{
    [Fact]
    public void Run()
    {
        var construction = new RememberingEngine(new ConstructionEngine());
        var all = FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.Where(c => !c.Id.Contains("retain", StringComparison.Ordinal) && !c.Id.Contains("bias_only", StringComparison.Ordinal)).ToArray();
        var w = Stopwatch.StartNew();
        foreach (var b in MutantCatalogue.Bases)
        foreach (var t in new[] { b, MutantCatalogue.Unmutated(b) })
        {
            double worst = 0;
            foreach (var c in all)
            {
                var r = CaseRunner.Run(c, [new MutantCaseEngine(t, construction)]);
                worst = Math.Max(worst, r.Worst?.Ratio ?? double.NaN);
                if (r.Verdict != CaseVerdict.Passed)
                {
                    output.WriteLine($"{t.Name} {c.Id} {r.Verdict} {r.Problem} {r.FirstFailure?.Tensor} {r.FirstFailure?.Problem} {r.FirstFailure?.First}");
                }
            }
            output.WriteLine($"{t.GetType().Name} {t.Name} worst {worst} {w.Elapsed}");
        }

        var cases = MutantCases.Load(FixtureLocator.FindShipped());
        foreach (var m in MutantCatalogue.All)
        foreach (var b in MutantCatalogue.Bases)
        {
            w.Restart();
            var t = m.Apply(b);
            var kills = cases.Select(c => CaseRunner.Run(c, [new MutantCaseEngine(t, construction)])).Where(r => r.Verdict != CaseVerdict.Passed)
                .Select(r => r.Case.Id + (r.Verdict == CaseVerdict.Error ? "(error: " + r.Problem + ")" : ""));
            output.WriteLine($"{m.Name} {b.Name}: {string.Join(' ', kills)} | {w.Elapsed.TotalSeconds:0.00}");
        }
    }
}
