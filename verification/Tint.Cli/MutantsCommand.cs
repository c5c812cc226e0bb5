using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using System.Text;
using Spectre.Console;
using Tint.Fixtures;
using Tint.Proofs.Mutants;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Properties.Mutants.Cases;
using Tint.Properties.Mutants.Table;
using Tint.Reference.LinearAlgebra;

namespace Tint.Cli;

/// <summary><c>tint mutants</c>: deliberate faults, and which law and which fixture case sees each.</summary>
internal static class MutantsCommand
{
    private const string Description = """
        Puts deliberate faults into correct implementations and says which checks see them.

        Every fault must break a law on some random case, fail a fixture case and be refuted by a proof (tint prove), unless
        its definition says why one of these cannot see it; and correct implementations must pass. Exit code: 0 if every
        fault is accounted for, 1 if one is not or a check finds fault with a correct implementation, 2 if the command
        cannot be run.

        Examples:
          tint mutants --name 'attention.*'
          tint mutants --markdown verification/mutants.md --json mutants.json
        """;

    private const string Json = "--json";
    private const string Markdown = "--markdown";

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var name = Words.Text("--name", "GLOB", "Only mutants whose name matches: * stands for any text, ? for one character.");
        var cases = Words.WholeNumber("--cases", "N", "On how many random cases each law is tried.", least: 1, MutantTrial.DefaultCaseCount);
        var json = Words.Text(Json, "FILE", "Also write the results to a JSON file; - for standard output.");
        var markdown = Words.Text(Markdown, "FILE", "Also write the table to a Markdown file.");
        var provider = new ProviderOption();
        var command = new Command("mutants", Description) { name, cases, json, markdown };
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(
            () => Run(
                terminal,
                MutantCatalogue.Select(parsed.GetValue(name)),
                parsed.GetValue(cases)!.Value,
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
        using var outputs = OutputFiles.Open(terminal, (Json, json), (Markdown, markdown));
        using var trial = new MutantTrial(LawBook.All, cases, MutantCases.Load(FixtureLocator.FindShipped()))
        {
            Proof = MutantProof.FirstRefuted,
        };
        var count = mutants.Count * MutantCatalogue.Bases.Count;
        var tried = new ConcurrentQueue<MutantVerdict>();
        var (table, isWhole) = LongWork.Run(
            terminal,
            "mutants",
            count,
            advance => KillTable.Of(
                trial,
                mutants,
                new Told<MutantVerdict>(verdict =>
                {
                    tried.Enqueue(verdict);
                    advance();
                }),
                token),
            () => KillTable.Known(trial, mutants, tried),
            token);
        Print(outputs.Report, table, provider, isWhole);
        if (!isWhole)
        {
            outputs.Cancelled($"{table.Verdicts.Count} of {count} trials of a mutant ended; correct implementations were not tried");
            return ExitCode.Unusable;
        }

        outputs.Write(Json, KillTableDocument.Of(table, provider.Description).WriteTo);
        outputs.Write(Markdown, stream => stream.Write(Encoding.UTF8.GetBytes(KillTableMarkdown.Render(table))));
        return outputs.HasFailed ? ExitCode.Unusable : table.IsComplete ? ExitCode.Success : ExitCode.Disagreement;
    }

    private static void Print(Terminal terminal, KillTable table, ProviderInUse provider, bool isWhole)
    {
        var view = new Grid([.. Grid.Words("mutant", "of", "laws", "fixture cases", "proof", "verdict")]);
        foreach (var verdict in table.Verdicts)
        {
            view.Add(
                verdict.Mutant.Name,
                verdict.Base,
                Seen(verdict.Laws),
                Seen(verdict.Fixtures),
                verdict.Proof?.Check ?? "–",
                verdict.IsAccountedFor ? new Grid.Cell("accounted for", Color.Green) : new Grid.Cell("at large", Color.Red));
        }

        view.WriteTo(terminal);
        foreach (var complaint in table.Complaints)
        {
            terminal.Output.WriteLine(complaint);
        }

        terminal.Output.WriteLine($"provider {provider.Description}");
        var mutants = table.Verdicts.Select(verdict => verdict.Mutant).Distinct().Count();
        terminal.Prose(
            $"looked at {mutants} of {MutantCatalogue.All.Count} mutants with {table.Laws.Count} laws on {table.CaseCount} cases each, {table.NotTried.Count} not tried"
            + (table.NotTried.Count > 0 ? $" ({string.Join(' ', table.NotTried.Select(law => law.Label))})" : string.Empty));
        var atLarge = table.Verdicts.Count(verdict => !verdict.IsAccountedFor);
        terminal.Output.WriteLine(
            $"{mutants} mutants of {MutantCatalogue.Bases.Count} implementations, {table.Laws.Count} laws on {table.CaseCount} cases each, "
            + $"{table.Fixtures.Count} fixture cases: {table.Verdicts.Count - atLarge} accounted for, {atLarge} at large"
            + (isWhole ? $", {table.FalseKills.Count} false" : string.Empty));
    }

    /// <summary>The first check that sees a mutant, and how many more do.</summary>
    private static string Seen(IReadOnlyList<Kill> kills) => kills.Count switch
    {
        0 => "–",
        1 => kills[0].Check,
        var count => string.Create(CultureInfo.InvariantCulture, $"{kills[0].Check} and {count - 1} more"),
    };
}
