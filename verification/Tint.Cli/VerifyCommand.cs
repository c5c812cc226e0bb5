using System.Collections.Concurrent;
using System.CommandLine;
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

    private const string Json = "--json";
    private const string Html = "--html";

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal, IReadOnlyList<ICaseEngine> engines)
    {
        var cases = new CaseOptions();
        var provider = new ProviderOption();
        var json = Words.Text(Json, "FILE", "Also write the results to a JSON file; - for standard output.");
        var html = Words.Text(Html, "FILE", "Also write a page with charts, one file that needs nothing else.");
        var seed = Words.WholeNumber(
            "--seed", "N", "Replays a run: the seed of the order in which cases run. Without it, the order differs each time.");
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
                    provider.Use(parsed, selected.Chosen.Count),
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
        CaseSelection cases,
        ProviderInUse provider,
        string? json,
        string? html,
        int seed,
        CancellationToken token)
    {
        using var outputs = OutputFiles.Open(terminal, (Json, json), (Html, html));
        var chosen = cases.Chosen;
        var finished = new ConcurrentQueue<CaseReport>();
        var (run, isWhole) = LongWork.Run(
            terminal,
            "cases",
            chosen.Count,
            advance =>
            {
                using var device = provider.Choice == ProviderChoice.Cuda ? ComputeDevice.Gpu() : null;
                var simulation = device is null ? null : new DeviceSimulation(device);
                var progress = new Told<CaseReport>(report =>
                {
                    finished.Enqueue(report);
                    advance();
                });
                return Verifier.Run(chosen, engines, seed, compare: true, progress, simulation, token);
            },
            () => Verifier.Known(chosen, seed, finished),
            token);
        run = run with
        {
            Selection = cases,
            Arguments = provider.Choice == ProviderChoice.Simd ? [] : ["--provider", LinearAlgebraProviders.NameOf(provider.Choice)],
        };
        RunView.Print(outputs.Report, run, provider.Description);
        if (!isWhole)
        {
            outputs.Cancelled($"{chosen.Count - run.Skipped} of {chosen.Count} cases ran");
            return ExitCode.Unusable;
        }

        outputs.Write(Json, ReportDocument.Of(run, provider.Description).WriteTo);
        outputs.Write(Html, stream => ReportPage.Write(PageContent.Measure(run, provider.Description), stream));
        return outputs.HasFailed || run.Errors > 0 || run.Skipped > 0 ? ExitCode.Unusable
            : run.Failed > 0 ? ExitCode.Disagreement
            : ExitCode.Success;
    }
}
