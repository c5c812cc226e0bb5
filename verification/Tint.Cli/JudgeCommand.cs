using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tint.Fixtures;
using Tint.Oracle.Judging;
using Tint.Oracle.Reports;
using Tint.Verification;

namespace Tint.Cli;

/// <summary><c>tint judge</c>: says of another backend's answers whether, where and why they are wrong.</summary>
internal static class JudgeCommand
{
    private const string Json = "--json";
    private const string Html = "--html";

    private const string Description = """
        Judges the answers of another implementation to cases: whether they are right, where they first go wrong, and what
        mistake they look like.

        Answers to a case ID are ID.safetensors, ID.npz or a folder ID of NAME.npy files, with answers only: no manifest, no
        inputs. Names are the case's (logits, hidden_states), its parts in natural shapes (signal [B × T × D], updated_weight
        [B × D × D]), or, of whole models, intermediates (forward0.layer1.attention.norm), each with or without 'expected.'.
        The type, float64 or float32, is seen from the numbers. Each tensor is judged as published, the paper's intent, the
        exact gradient, right only to float32, or none; intermediates also on your own inputs of their step.

        Exit code: 0 if all that was answered agrees, 1 if something differs, 2 if nothing could be judged.

        Examples:
          tint judge --answers mine
          tint judge --cases fresh --answers mine --name torch --json verdict.json --html verdict.html
          tint judge --answers mine --filter 'TinT.*'
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var cases = Words.Text("--cases", "DIR", $"A directory with a {FixtureManifest.FileName}; without it, the cases that ship.");
        var answers = Words.Text("--answers", "DIR", "The folder of answers.");
        answers.Required = true;
        var filter = Words.Texts("--filter", "GLOB", "Only cases whose id matches: * stands for any text, ? for one character. Given several times, one of them.");
        var name = Words.Text("--name", "NAME", "What reports call your implementation; without it, yours.");
        var json = Words.Text(Json, "FILE", "Also write the verdicts to a JSON file; - for standard output.");
        var html = Words.Text(Html, "FILE", "Also write a page.");
        var explain = new Option<bool>("--no-explain") { Description = "Do not look for mistakes that explain what differs." };
        var provider = new ProviderOption();
        var command = new Command("judge", Description) { cases, answers, filter, name, json, html, explain };
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            var directory = parsed.GetValue(cases);
            var manifest = FixtureManifest.Load(directory ?? FixtureLocator.FindShipped());
            var selection = new CaseSelection
            {
                Chosen = CaseFilter.Select(manifest.Cases, parsed.GetValue(filter) ?? []),
                All = manifest.Cases,
                Directory = directory,
                Notes = FixtureNotes.Load(manifest.Directory),
            };
            provider.Use(parsed, selection.Chosen.Count);
            return Run(
                terminal,
                selection,
                parsed.GetRequiredValue(answers)!,
                parsed.GetValue(name) ?? "yours",
                !parsed.GetValue(explain),
                parsed.GetValue(json),
                parsed.GetValue(html),
                token);
        }));
        return command;
    }

    private static int Run(
        Terminal terminal,
        CaseSelection selection,
        string answers,
        string name,
        bool explain,
        string? json,
        string? html,
        CancellationToken token)
    {
        using var outputs = OutputFiles.Open(terminal, (Json, json), (Html, html));
        var known = new ConcurrentQueue<CaseJudgement>();
        var (judgement, isWhole) = LongWork.Run(
            terminal,
            "cases",
            selection.Chosen.Count,
            advance => Judgement.Of(
                name,
                selection,
                answers,
                explain,
                item =>
                {
                    known.Enqueue(item);
                    advance();
                },
                token),
            () => new Judgement { Name = name, Selection = selection, Cases = [.. known], Strangers = [] },
            token);
        Print(outputs.Report, judgement);
        if (!isWhole)
        {
            outputs.Cancelled($"{judgement.Cases.Count} cases were judged");
            return ExitCode.Unusable;
        }

        outputs.Write(Json, JudgementDocument.Of(judgement).WriteTo);
        outputs.Write(Html, stream => JudgementPage.Write(judgement, stream));
        return outputs.HasFailed || judgement.Judged == 0 || judgement.Cases.Any(item => item.Problem is not null) ? ExitCode.Unusable
            : judgement.Passed < judgement.Cases.Count || judgement.Strangers.Count > 0 ? ExitCode.Disagreement
            : ExitCode.Success;
    }

    private static void Print(Terminal terminal, Judgement judgement)
    {
        terminal.Prose(JudgementText.Coverage(judgement));
        var table = new Grid(
            new Grid.Column("case"),
            new Grid.Column("compared", Grid.Kind.Number),
            new Grid.Column("type"),
            new Grid.Column("worst error/bound", Grid.Kind.Number),
            new Grid.Column("worst tensor"),
            new Grid.Column("verdict"));
        foreach (var item in judgement.Cases)
        {
            var worst = item.Tensors.Where(tensor => tensor.Judgement is not null).MaxBy(tensor => Ratio(tensor.Judgement!.Ratio));
            table.Add(
                item.Case.Id,
                item.Compared.ToString(CultureInfo.InvariantCulture),
                string.Join(", ", item.Tensors.Select(tensor => tensor.Type).OfType<string>().Distinct()),
                worst is null ? "–" : worst.Judgement!.Ratio.ToString(worst.Judgement.Ratio < 1000 ? "0.000" : "0.0e+00", CultureInfo.InvariantCulture),
                worst?.Tensor ?? "–",
                item.Passed ? new Grid.Cell("agrees", Color.Green) : new Grid.Cell(Verdicts(item), Color.Red));
        }

        table.WriteTo(terminal);
        foreach (var item in judgement.Cases.Where(item => !item.Passed))
        {
            foreach (var line in JudgementText.Lines(item, judgement))
            {
                terminal.Output.WriteLine(line);
            }
        }

        terminal.Prose(JudgementText.Summary(judgement));
    }

    private static double Ratio(double ratio) => double.IsNaN(ratio) ? double.PositiveInfinity : ratio;

    private static string Verdicts(CaseJudgement item) => item.Problem is not null ? "not judged"
        : string.Join(", ", item.Failing.Select(Oracle.Reports.Words.Of).Distinct().Take(3));
}
