using System.CommandLine;
using Spectre.Console;
using Tint.Properties.Campaigns;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Saving;
using Tint.Reference;
using Tint.Verification.Reports;

namespace Tint.Cli;

/// <summary><c>tint properties</c>: tries the laws of TinT on random cases.</summary>
internal static class PropertiesCommand
{
    private const string Description = """
        Tries laws of TinT on random cases and reports how near to its bound each came.

        A case depends on seed, law and index alone, so n shards together run exactly what one run does, and --case replays one.
        A failure is made smaller before it is shown. A law whose condition no case meets is not tried and says nothing.
        Exit code: 0 if every law that was tried holds, 1 if one is broken, 2 if none was tried, or the command cannot be
        run or was cancelled.

        Examples:
          tint properties --cases 100 --seed 1
          tint properties --cases 100000 --seed 1 --shard 3/8 --json part3.json
          tint properties --law '*certificate*' --implementation simulation --save failures
          tint properties --law L17 --seed 1 --case 42
        """;

    private static readonly IReadOnlyList<ITint> Implementations = [new ConstructionTint(), new SimulationTint()];

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var cases = new Option<int>("--cases") { Description = "Cases a law, over all shards.", HelpName = "N", DefaultValueFactory = _ => 100 };
        var seed = new Option<int>("--seed") { Description = "The seed of the cases.", HelpName = "S", DefaultValueFactory = _ => 1 };
        var law = new Option<string?>("--law") { Description = "Only laws whose label or name matches: * stands for any text, ? for one character.", HelpName = "GLOB" };
        var shard = new Option<string>("--shard") { Description = "Only part i of n.", HelpName = "i/n", DefaultValueFactory = _ => "1/1" };
        var only = new Option<int?>("--case") { Description = "Only the case with this index.", HelpName = "INDEX" };
        var json = new Option<string?>("--json") { Description = "Also write the results to a JSON file.", HelpName = "FILE" };
        var save = new Option<string?>("--save") { Description = "Write failing cases as fixtures, for tint verify --fixtures DIR.", HelpName = "DIR" };
        var implementation = new Option<string>("--implementation")
        {
            Description = "What is put to the laws.",
            HelpName = string.Join('|', Implementations.Select(item => item.Name)),
            DefaultValueFactory = _ => Implementations[0].Name,
        };
        var provider = new ProviderOption();
        var command = new Command("properties", Description) { cases, seed, law, shard, only, json, save, implementation };
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(
            () => Run(
                terminal,
                new CampaignOptions
                {
                    Implementation = Find(parsed.GetValue(implementation)!),
                    Laws = LawBook.Select(parsed.GetValue(law)),
                    Cases = parsed.GetValue(cases),
                    Seed = parsed.GetValue(seed),
                    Shard = Shard.Parse(parsed.GetValue(shard)!),
                    OnlyCase = parsed.GetValue(only),
                    Provider = provider.Use(parsed, tasks: parsed.GetValue(only) is null ? int.MaxValue : 1),
                },
                parsed.GetValue(json),
                parsed.GetValue(save),
                token)));
        return command;
    }

    private static ITint Find(string name) => Implementations.FirstOrDefault(item => item.Name == name)
        ?? throw new RuleViolationException(
            "--implementation must be known", $"'{name}'", $"use {string.Join(" or ", Implementations.Select(item => item.Name))}");

    private static int Run(Terminal terminal, CampaignOptions options, string? json, string? save, CancellationToken token)
    {
        using var file = json is null ? null : AtomicFile.Open(json);
        CampaignResult result;
        try
        {
            result = Watch(terminal, options, progress => Campaign.Run(options, progress, token));
        }
        catch (OperationCanceledException)
        {
            terminal.Complain("the campaign was cancelled; nothing is known about the laws.");
            return ExitCode.Unusable;
        }

        if (file is not null)
        {
            CampaignDocument.Of(result).WriteTo(file.Stream);
            file.Commit();
        }

        CampaignView.Print(terminal, result);
        LawFailure[] failures = [.. result.Reports.Select(report => report.First).OfType<LawFailure>()];
        if (save is not null && failures.Length > 0)
        {
            foreach (var id in FailureFiles.Save(save, failures))
            {
                terminal.Output.WriteLine($"saved {id}; tint verify --fixtures {save} --filter {id}");
            }
        }

        if (result.Outcome == LawOutcome.NotTried)
        {
            terminal.Complain("no law was tried: no case met the condition of any; try more cases (--cases) or others (--seed).");
        }

        return result.Outcome switch
        {
            LawOutcome.Held => ExitCode.Success,
            LawOutcome.Broken => ExitCode.Disagreement,
            _ => ExitCode.Unusable,
        };
    }

    /// <summary>Runs with a progress bar where a person watches, and silently elsewhere.</summary>
    private static CampaignResult Watch(Terminal terminal, CampaignOptions options, Func<IProgress<LawVerdict>?, CampaignResult> run)
    {
        if (!terminal.IsInteractive)
        {
            return run(null);
        }

        return terminal.Console.Progress().AutoClear(true).Start(context =>
        {
            var task = context.AddTask("cases", maxValue: (double)options.Indices.Count * options.Laws.Count);
            return run(new CaseProgress(task));
        });
    }

    /// <summary>Advances the bar on the reporting thread; the bar itself is safe for that.</summary>
    private sealed class CaseProgress(ProgressTask task) : IProgress<LawVerdict>
    {
        public void Report(LawVerdict value) => task.Increment(1);
    }
}
