using System.Globalization;
using Spectre.Console;
using Tint.Fixtures;
using Tint.Verification;
using Tint.Verification.Reports;

namespace Tint.Cli;

/// <summary>Prints a finished run: what went wrong, a table by module, and last the counts.</summary>
internal static class RunView
{
    private const string None = "–";

    /// <summary>Prints a run.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="run">The run.</param>
    /// <param name="provider">What matrix products ran on.</param>
    public static void Print(Terminal terminal, VerificationRun run, string provider)
    {
        foreach (var report in run.Reports.Where(report => report.Verdict is CaseVerdict.Failed or CaseVerdict.Error))
        {
            foreach (var line in FailureText.Lines(report, run))
            {
                terminal.Output.WriteLine(line);
            }

            terminal.Output.WriteLine();
        }

        FixtureTable(run).WriteTo(terminal);
        terminal.Prose(
            "construction against the files: error, rounding bound and their ratio at the entry with the largest ratio; relative: max |difference| "
            + "/ max |expected| of a tensor, float64 only");
        if (run.Reports.Any(report => report.Comparison is not null || report.Judgements.Any(judgement => CaseTensors.IsTrue(judgement.Tensor))))
        {
            TruthTable(run).WriteTo(terminal);
            terminal.Prose(
                "simulation: construction against the simulated gradient, error / rounding bound; off truth: the simulated against the true result, "
                + "largest relative error; /certificate: that error over its bound; autograd: true gradients against the files, error / rounding "
                + "bound. No ratio may exceed 1.");
            PrintUpdates(terminal, run);
        }

        foreach (var (reason, count) in run.TensorsUnread)
        {
            terminal.Prose($"{count} tensors unread, compared in shape only: {Printable.Text(reason)}");
        }

        foreach (var report in run.Reports.Where(report => report.NotSimulated is not null))
        {
            terminal.Prose($"{Printable.Name(report.Case.Id)} is in no TinT: {Printable.Text(report.NotSimulated!)}");
        }

        if (run.ValuesUnread.Count > 0)
        {
            terminal.Prose("values of inputs that nothing reads: " + string.Join("; ", run.ValuesUnread.Select(item => $"{item.Value} {item.Key}")));
        }

        terminal.Prose($"looked at {ShareText.Of(run)}");
        terminal.Prose($"products: {provider}");
        terminal.Prose(
            $"tensors: {run.TensorsChecked} checked, {run.TensorsUnread.Values.Sum()} unread, of {run.TensorsListed} listed; order seed {run.Seed}");
        terminal.Output.WriteLine($"{run.Passed} passed, {run.Failed} failed, {run.Skipped} skipped");
    }

    private static Grid FixtureTable(VerificationRun run)
    {
        var table = new Grid(
        [
            new Grid.Column("module"),
            .. Grid.Numbers("cases", "error", "bound", "ratio", "relative"),
            new Grid.Column("verdict"),
        ]);
        foreach (var module in run.Modules)
        {
            var worst = module.ConstructionFixture;
            table.Add(
                module.Module,
                module.Reports.Count.ToString(CultureInfo.InvariantCulture),
                Number(worst.Error),
                Number(worst.Bound),
                Number(worst.Ratio),
                Number(worst.Relative),
                Verdict(module));
        }

        return table;
    }

    private static Grid TruthTable(VerificationRun run)
    {
        var table = Grid.OfNumbers("module", "simulation", "off truth", "/certificate", "autograd");
        foreach (var module in run.Modules)
        {
            var truth = module.SimulationTruth;
            table.Add(
                module.Module,
                Number(module.ConstructionSimulation.Ratio),
                Number(truth.Relative),
                Ratio(truth.Ratio),
                Number(module.TruthAutograd.Ratio));
        }

        return table;
    }

    private static void PrintUpdates(Terminal terminal, VerificationRun run)
    {
        var depths = UpdateDepth.Of(run);
        if (depths.Count == 0)
        {
            return;
        }

        var table = Grid.OfNumbers("update of", "cases", "least cosine", "median", "median error", "largest");
        foreach (var depth in depths)
        {
            table.Add(
                depth.Name,
                depth.Cases.ToString(CultureInfo.InvariantCulture),
                Cosine(depth.LeastCosine),
                Cosine(depth.MedianCosine),
                Number(depth.MedianRelative),
                Number(depth.LargestRelative));
        }

        table.WriteTo(terminal);
        terminal.Prose("whole models: the simulated update of a layer against the true one (plain SGD), cosine and relative error");
    }

    private static Grid.Cell Verdict(ModuleSummary module)
    {
        var (failed, errors, skipped) =
            (module.Count(CaseVerdict.Failed), module.Count(CaseVerdict.Error), module.Count(CaseVerdict.Skipped));
        var parts = new[] { (failed, "failed"), (errors, "in error"), (skipped, "skipped") }
            .Where(part => part.Item1 > 0)
            .Select(part => $"{part.Item1} {part.Item2}")
            .ToArray();
        return parts.Length == 0
            ? new Grid.Cell("passed", Color.Green)
            : new Grid.Cell(string.Join(", ", parts), failed + errors > 0 ? Color.Red : Color.Yellow);
    }

    /// <summary>Cut, not rounded, so that what is below 1 is shown below 1.</summary>
    private static string Ratio(double? value) => value is >= 0.001 and < 1000
        ? (Math.Floor(value.Value * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture)
        : Number(value);

    private static string Cosine(double? value) => value?.ToString("0.000000", CultureInfo.InvariantCulture) ?? None;

    private static string Number(double? value) => value switch
    {
        null => None,
        0 => "0",
        { } number when !double.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
        { } number => number.ToString("0.0e+00", CultureInfo.InvariantCulture),
    };
}
