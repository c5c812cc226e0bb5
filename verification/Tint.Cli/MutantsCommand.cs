using System.CommandLine;
using System.Globalization;
using System.Text;
using Spectre.Console;
using Tint.Fixtures;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Cases;
using Tint.Properties.Mutants.Table;
using Tint.Reference.LinearAlgebra;
using Tint.Verification.Reports;

namespace Tint.Cli;

/// <summary><c>tint mutants</c>: deliberate faults, and which law and which fixture case sees each.</summary>
internal static class MutantsCommand
{
    private const string Description = """
        Puts deliberate faults into correct implementations and says which checks see them.

        Every fault must break a law on some random case and fail a fixture case, unless its definition says why one of
        the two cannot see it; and correct implementations must pass. Exit code: 0 if every fault is accounted for, 1 if
        one is not or a check finds fault with a correct implementation, 2 if the command cannot be run.

        Examples:
          tint mutants --name 'attention.*'
          tint mutants --markdown verification/mutants.md --json mutants.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var name = new Option<string?>("--name")
        {
            Description = "Only mutants whose name matches: * stands for any text, ? for one character.",
            HelpName = "GLOB",
        };
        var cases = new Option<int>("--cases")
        {
            Description = $"On how many random cases each law is tried; {MutantTrial.DefaultCaseCount} if not given.",
            HelpName = "N",
            DefaultValueFactory = _ => MutantTrial.DefaultCaseCount,
            CustomParser = argument =>
            {
                var word = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : string.Empty;
                if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                {
                    return number;
                }

                argument.AddError($"--cases must be a whole number from 1 to {int.MaxValue}; got '{word}'.");
                return 0;
            },
        };
        var json = new Option<string?>("--json") { Description = "Also write the results to a JSON file.", HelpName = "FILE" };
        var markdown = new Option<string?>("--markdown") { Description = "Also write the table to a Markdown file.", HelpName = "FILE" };
        var provider = new ProviderOption();
        var command = new Command("mutants", Description) { name, cases, json, markdown };
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(
            () => Run(
                terminal,
                MutantCatalogue.Select(parsed.GetValue(name)),
                parsed.GetValue(cases),
                provider.Use(parsed, tasks: int.MaxValue),
                parsed.GetValue(json),
                parsed.GetValue(markdown),
                token)));
        return command;
    }

    private static int Run(
        Terminal terminal,
        IReadOnlyList<Mutant> mutants,
        int cases,
        ProviderInUse provider,
        string? json,
        string? markdown,
        CancellationToken token)
    {
        using var document = json is null ? null : AtomicFile.Open(json);
        using var page = markdown is null ? null : AtomicFile.Open(markdown);
        var trial = new MutantTrial(LawBook.All, cases, MutantCases.Load(FixtureLocator.FindShipped()));
        var table = Watch(terminal, mutants.Count * MutantCatalogue.Bases.Count, progress => KillTable.Of(trial, mutants, progress, token));
        if (document is not null)
        {
            KillTableDocument.Of(table, provider.Description).WriteTo(document.Stream);
            document.Commit();
        }

        if (page is not null)
        {
            page.Stream.Write(Encoding.UTF8.GetBytes(KillTableMarkdown.Render(table)));
            page.Commit();
        }

        Print(terminal, table, provider);
        return table.IsComplete ? ExitCode.Success : ExitCode.Disagreement;
    }

    private static void Print(Terminal terminal, KillTable table, ProviderInUse provider)
    {
        var view = new Table().Border(TableBorder.Simple);
        foreach (var column in new[] { "mutant", "of", "laws", "fixture cases", "verdict" })
        {
            view.AddColumn(column);
        }

        foreach (var verdict in table.Verdicts)
        {
            view.AddRow(
                new Text(verdict.Mutant.Name),
                new Text(verdict.Base),
                new Text(Seen(verdict.Laws)),
                new Text(Seen(verdict.Fixtures)),
                verdict.IsAccountedFor ? new Text("accounted for", new Style(Color.Green)) : new Text("at large", new Style(Color.Red)));
        }

        terminal.Console.Write(view);
        foreach (var complaint in table.Complaints)
        {
            terminal.Output.WriteLine(complaint);
        }

        terminal.Output.WriteLine($"provider {provider.Description}");
        var mutants = table.Verdicts.Select(verdict => verdict.Mutant).Distinct().Count();
        var atLarge = table.Verdicts.Count(verdict => !verdict.IsAccountedFor);
        terminal.Output.WriteLine(
            $"{mutants} mutants of {MutantCatalogue.Bases.Count} implementations, {table.Laws.Count} laws on {table.CaseCount} cases each, "
            + $"{table.Fixtures.Count} fixture cases: {table.Verdicts.Count - atLarge} accounted for, {atLarge} at large, {table.FalseKills.Count} false");
    }

    /// <summary>The first check that sees a mutant, and how many more do.</summary>
    private static string Seen(IReadOnlyList<Kill> kills) => kills.Count switch
    {
        0 => "–",
        1 => kills[0].Check,
        var count => string.Create(CultureInfo.InvariantCulture, $"{kills[0].Check} and {count - 1} more"),
    };

    /// <summary>Runs with a progress bar where a person watches, and silently elsewhere.</summary>
    private static KillTable Watch(Terminal terminal, int count, Func<IProgress<MutantVerdict>?, KillTable> run)
    {
        if (!terminal.IsInteractive)
        {
            return run(null);
        }

        return terminal.Console.Progress().AutoClear(true).Start(context =>
        {
            var task = context.AddTask("mutants", maxValue: count);
            return run(new VerdictProgress(task));
        });
    }

    /// <summary>Advances the bar on the reporting thread; the bar itself is safe for that.</summary>
    private sealed class VerdictProgress(ProgressTask task) : IProgress<MutantVerdict>
    {
        public void Report(MutantVerdict value) => task.Increment(1);
    }
}
