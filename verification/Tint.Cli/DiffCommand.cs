using System.CommandLine;
using Spectre.Console;
using Tint.Experiments.Differences;
using Tint.Experiments.Evaluation;
using Tint.Experiments.Text;
using Tint.Reference;

namespace Tint.Cli;

/// <summary><c>tint diff</c>: which layers TinT gets right.</summary>
internal static class DiffCommand
{
    private const string Json = "--json";
    private const string Html = "--html";
    private const int LongestWindow = 1024;

    private const string Description = """
        Compares TinT's update of every layer with that of plain SGD on the same text: cosine, relative error and norms, and beside
        them the error of the first gradient and the certificate that bounds it.

        Each list is an axis, and every combination is compared: N (--scales), G (--gates), the learning rate, the train fraction, how
        many layers are trained, and whether TinT is as published, as the paper means it, or without departures (faithful). --html draws heat maps of layer by
        setting. Without --model and --text it runs on the model and the text that ship.

        Examples:
          tint diff
          tint diff --scales 1000 --fractions 0.3,0.5,0.9 --layers 1,2,4 --html diff.html
          tint diff --model gpt2 --text wiki.txt --window 256 --windows 1 --scales 1000 --json gpt2.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var model = Words.Text("--model", "DIR", "A Hugging Face folder of a decoder; without it, the model that ships.");
        var text = Words.Text("--text", "PATH", "A text file, or a folder of .txt files; without it, the text that ships.");
        var departures = Words.List("--departures", "NAMES", "Of published, paper, faithful.", "published,paper");
        var scales = Words.Numbers("--scales", "N,…", "N of the finite differences.", "10,100,1000,10000");
        var gates = Words.Numbers("--gates", "G,…", "The gate scale G.", "10");
        var rates = Words.Numbers("--rates", "ETA,…", "The learning rate.", "0.001");
        var fractions = Words.Numbers("--fractions", "F,…", "The share of a window that is trained on.", "0.5");
        var layers = Words.List("--layers", "L,…", "How many layers from the top are trained.", "all");
        var steps = Words.WholeNumber("--steps", "N", "The number of steps of SGD.", 1, 1);
        var window = Words.WholeNumber("--window", "T", "The tokens of a window; without it as many as the model has positions.", 2);
        var most = Words.WholeNumber("--windows", "N", "How many windows.", 1, 1);
        var construction = new Option<bool>("--construction") { Description = "Compare the construction itself in place of its closed form." };
        var json = Words.Text(Json, "FILE", "Also write the numbers to a JSON file; - for standard output.");
        var html = Words.Text(Html, "FILE", "Also write a page with heat maps.");
        var provider = new ProviderOption();
        var command = new Command("diff", Description);
        foreach (var option in new Option[] { model, text, departures, scales, gates, rates, fractions, layers, steps, window, most, construction, json, html })
        {
            command.Add(option);
        }

        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)), (Html, parsed.GetValue(html)));
            using var loaded = LoadedModel.Open(parsed.GetValue(model) ?? ShippedExperiment.ModelFolder);
            var depth = loaded.Weights.Configuration.LayerCount;
            DifferenceSetting[] settings =
            [
                .. from method in parsed.GetValue(departures)!.Select(Method)
                   from fraction in parsed.GetValue(fractions)!
                   from count in parsed.GetValue(layers)!.Select(word => Layers(word, depth))
                   from rate in parsed.GetValue(rates)!
                   from gate in parsed.GetValue(gates)!
                   from scale in parsed.GetValue(scales)!
                   select new DifferenceSetting(method, scale, gate, rate, fraction, count, parsed.GetValue(steps)!.Value),
            ];
            var length = parsed.GetValue(window) ?? Math.Min(loaded.Positions, LongestWindow);
            var windows = TokenWindows.Of(
                TextFolder.Read(parsed.GetValue(text) ?? ShippedExperiment.ReportText), loaded.Tokenizer, length, loaded.Model.VocabularySize, parsed.GetValue(most)!.Value);
            var constructs = parsed.GetValue(construction);
            var parallel = Math.Min(settings.Length, Environment.ProcessorCount);
            var used = provider.Use(parsed, parallel);
            var run = new DifferenceRun(loaded, windows, settings, constructs);
            DifferenceDocument Document(IReadOnlyList<DifferencePoint> points) => new(
                parsed.GetValue(model) ?? "the model that ships",
                parsed.GetValue(text) ?? "held-out text that ships",
                windows.Count,
                length,
                constructs ? "construction" : "simulation",
                used.Description,
                points);
            return Run(terminal, outputs, run, Document, parallel, token);
        }));
        return command;
    }

    private static int Run(
        Terminal terminal, OutputFiles outputs, DifferenceRun run, Func<IReadOnlyList<DifferencePoint>, DifferenceDocument> document, int parallel, CancellationToken token)
    {
        var (points, isWhole) = LongWork.Run(terminal, "settings", run.Count, advance => run.Run(parallel, advance, token), run.Known, token);
        if (points.Count > 0)
        {
            Print(outputs.Report, document(points));
        }

        if (!isWhole)
        {
            outputs.Cancelled($"{points.Count} of {run.Count} settings were compared");
            return ExitCode.Unusable;
        }

        outputs.Write(Json, document(points).WriteTo);
        outputs.Write(Html, stream => DifferencePage.Write(document(points), stream));
        return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
    }

    private static void Print(Terminal terminal, DifferenceDocument document)
    {
        terminal.Prose($"{document.Model}; {document.Windows} windows of {document.Window} tokens of {document.Text}; {document.Engine}, provider {document.Provider}");
        int?[] layers = [null, .. document.Points.SelectMany(static point => point.Layers).Select(static layer => layer.Layer).OfType<int>().Distinct().OrderDescending().Cast<int?>()];
        Table("relative error", static layer => DifferenceText.Relative(layer.Relative));
        Table("cosine", static layer => DifferenceText.Cosine(layer.Cosine));
        Table("first gradient, error/certificate", static layer => layer.Certificate > 0 ? DifferenceText.Relative(layer.GradientError / layer.Certificate) : "–");
        terminal.Prose("updates of all windows as one vector, ‖TinT − SGD‖/‖SGD‖; SGD also trains queries and keys, which only a faithful TinT does; green is nearer");
        foreach (var point in document.Points.Where(static point => point.Problem is not null))
        {
            terminal.Output.WriteLine($"{DifferenceText.Name(point.Setting, document.Points)}: {point.Problem}");
        }

        void Table(string title, Func<LayerDifference, string> words)
        {
            var table = new Grid([new Grid.Column(title), .. Grid.Numbers([.. layers.Select(DifferenceText.Layer)])]);
            foreach (var point in document.Points.Where(static point => point.Problem is null))
            {
                table.Add(
                [
                    DifferenceText.Name(point.Setting, document.Points),
                    .. layers.Select(layer => point.Layers.FirstOrDefault(one => one.Layer == layer) is { } found
                        ? new Grid.Cell(words(found), Shade(found.Relative))
                        : new Grid.Cell("–")),
                ]);
            }

            table.WriteTo(terminal);
        }
    }

    private static Color Shade(double? relative) => relative switch
    {
        null => Color.Default,
        < 0.1 => Color.Green,
        < 0.5 => Color.Yellow,
        _ => Color.Red,
    };

    private static EvaluationMethod Method(string name) => name switch
    {
        "paper" => EvaluationMethod.Paper,
        "published" => EvaluationMethod.Published,
        "faithful" => EvaluationMethod.Faithful,
        _ => throw new RuleViolationException("--departures must be known", $"'{name}'", "use published, paper or faithful"),
    };

    private static int Layers(string word, int depth) => word == "all" ? depth
        : int.TryParse(word, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var layers) && layers <= depth ? layers
        : throw new RuleViolationException("--layers must be numbers of layers of the model, or all", $"'{word}' of {depth}", $"use 0 to {depth}");
}
