using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tint.Fixtures;
using Tint.Reference.Cuda.Device;
using Tint.Reference.LinearAlgebra;
using Tint.Verification;
using Tint.Verification.Cuda;
using Tint.Verification.Engines;
using Tint.Verification.Reports;
using Tint.Verification.Reports.Page;

namespace Tint.Cli;

/// <summary><c>tint verify</c>: runs cases and says how far each lies from its expectation.</summary>
internal static class VerifyCommand
{
    private const string Description = """
        Computes every case and compares it with its expectation, with the simulated gradient and with the truth.

        Prints a table by module, what differs and where, and last the counts. A run passes if every entry of every
        tensor lies within the rounding bound derived for it, and every simulated quantity within the certificate of
        its distance from the truth. Exit code: 0 if all cases pass, 1 if one disagrees, 2 if a case or the command
        cannot be run.

        With --provider cuda, whole models are compared with the simulation as a GPU computes it.

        Examples:
          tint verify
          tint verify --filter 'Linear*' --json report.json
          tint verify --fixtures ../other/cases --seed 7
          tint verify --html report.html
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal, IReadOnlyList<ICaseEngine> engines)
    {
        var cases = new CaseOptions();
        var provider = new ProviderOption();
        var json = new Option<string?>("--json") { Description = "Also write the results to a JSON file.", HelpName = "FILE" };
        var html = new Option<string?>("--html")
        {
            Description = "Also write a page with charts, one file that needs nothing else.",
            HelpName = "FILE",
        };
        var seed = new Option<int?>("--seed")
        {
            Description = "Replays a run: the seed of the order in which cases run. Without it, the order differs each time.",
            HelpName = "N",
            CustomParser = argument =>
            {
                var word = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : string.Empty;
                if (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                {
                    return number;
                }

                argument.AddError($"--seed must be a whole number from {int.MinValue} to {int.MaxValue}; got '{word}'.");
                return null;
            },
        };
        var command = new Command("verify", Description);
        cases.AddTo(command);
        command.Add(json);
        command.Add(html);
        command.Add(seed);
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(
            () =>
            {
                var selected = cases.Load(parsed);
                return Run(
                    terminal,
                    engines,
                    selected,
                    cases.Directory(parsed),
                    provider.Use(parsed, selected.Count),
                    parsed.GetValue(json),
                    parsed.GetValue(html),
                    parsed.GetValue(seed) ?? Random.Shared.Next(),
                    token);
            }));
        return command;
    }

    private static int Run(
        Terminal terminal,
        IReadOnlyList<ICaseEngine> engines,
        IReadOnlyList<FixtureCase> cases,
        string? directory,
        ProviderInUse provider,
        string? json,
        string? html,
        int seed,
        CancellationToken token)
    {
        using var device = provider.Choice == ProviderChoice.Cuda ? ComputeDevice.Gpu() : null;
        var simulation = device is null ? null : new DeviceSimulation(device);
        using var file = json is null ? null : AtomicFile.Open(json);
        using var page = html is null ? null : AtomicFile.Open(html);
        var run = Watch(terminal, cases.Count, progress => Verifier.Run(cases, engines, seed, compare: true, progress, simulation, token));
        if (file is not null)
        {
            ReportDocument.Of(run, provider.Description).WriteTo(file.Stream);
            file.Commit();
        }

        if (page is not null)
        {
            ReportPage.Write(PageContent.Measure(run, provider.Description, directory), page.Stream);
            page.Commit();
        }

        RunView.Print(terminal, run, directory, provider.Description);
        return run.Errors > 0 || run.Skipped > 0 ? ExitCode.Unusable
            : run.Failed > 0 ? ExitCode.Disagreement
            : ExitCode.Success;
    }

    /// <summary>Runs with a progress bar where a person watches, and silently elsewhere.</summary>
    private static VerificationRun Watch(Terminal terminal, int count, Func<IProgress<CaseReport>?, VerificationRun> run)
    {
        if (!terminal.IsInteractive)
        {
            return run(null);
        }

        return terminal.Console.Progress().AutoClear(true).Start(context =>
        {
            var task = context.AddTask("cases", maxValue: count);
            return run(new CaseProgress(task));
        });
    }

    /// <summary>Advances the bar on the reporting thread; the bar itself is safe for that.</summary>
    private sealed class CaseProgress(ProgressTask task) : IProgress<CaseReport>
    {
        public void Report(CaseReport value) => task.Increment(1);
    }
}
