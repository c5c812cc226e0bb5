using System.CommandLine;
using System.Diagnostics;
using Tint.Experiments.Evaluation;
using Tint.Experiments.Text;
using Tint.Properties.Campaigns;
using Tint.Reference;

namespace Tint.Cli;

/// <summary><c>tint evaluate</c>: what TinT does for a language model.</summary>
internal static class EvaluateCommand
{
    private const string Json = "--json";
    private const string Html = "--html";
    private const string Logits = "--logits";
    private const int ShippedSelecting = 16;
    private const int ShippedReporting = 48;
    private const int LongestWindow = 1024;

    private static readonly Dictionary<string, EvaluationMethod> Methods = new()
    {
        ["vanilla"] = EvaluationMethod.Vanilla,
        ["dynamic"] = EvaluationMethod.Dynamic,
        ["sgd"] = EvaluationMethod.Sgd,
        ["sgd-values"] = EvaluationMethod.SgdValues,
        ["sgd-stopped"] = EvaluationMethod.SgdStopped,
        ["published"] = EvaluationMethod.Published,
        ["paper"] = EvaluationMethod.Paper,
        ["faithful"] = EvaluationMethod.Faithful,
    };

    private const string Description = """
        Compares perplexity on the end of text windows: the model as it is (vanilla), after plain SGD on all parameters with the
        mean loss of the window's beginning (dynamic evaluation), and as TinT predicts it, as published, as the paper means it, and faithful,
        whose update is that of plain SGD.

        Windows are cut as published: rows are lines, tokenised with the model's special tokens, joined in batches of 1000 and cut
        without overlap. The first fraction of a window is trained on, the rest predicted, each window from the model as it is.
        Rates are chosen on one split of the windows and reported on another; --as-published chooses on the windows that it reports.
        Without --model and --text it runs on a small model and on held-out text that ship, in about a minute. sgd is the SGD
        that a TinT approximates, sgd-values the same with queries and keys left alone, sgd-stopped also without a gradient through the
        scores of attention: together they say what of a TinT makes a difference.

        Examples:
          tint evaluate
          tint evaluate --html evaluation.html --json evaluation.json
          tint evaluate --fractions 0.3,0.5,0.7,0.9 --layers 1,2,4 --steps 1,2
          tint evaluate --model gpt2 --text wiki.txt --windows 10 --journal gpt2.jsonl --memory 16
          tint evaluate --model llama --text wiki.txt
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var model = Words.Text("--model", "DIR", "A Hugging Face folder with weights and tokenizer; without it, the model that ships.");
        var text = Words.Text("--text", "PATH", "A text file, or a folder of .txt files; without it, the text that ships.");
        var selection = Words.Text("--selection-text", "PATH", "The text that rates are chosen on; without it, every second window of --text.");
        var published = new Option<bool>("--as-published") { Description = "Choose rates on the same windows that are reported, as the published evaluation does." };
        var methods = Words.List("--methods", "NAMES", $"Of {string.Join(", ", Methods.Keys)}; without it all, with a --model none of sgd, and faithful where there is such a TinT.", null);
        var fractions = Words.Numbers("--fractions", "F,…", "The shares of a window that are trained on.", "0.5");
        var steps = Words.Numbers("--steps", "N,…", "The numbers of steps of SGD.", "1");
        var layers = Words.List("--layers", "L,…", "How many layers from the top TinT trains.", "all");
        var rates = Words.Numbers("--rates", "ETA,…", "Learning rates of TinT, whose gradients are sums; without it, those published for the family.", null);
        var dynamicRates = Words.Numbers("--dynamic-rates", "ETA,…", "Learning rates of dynamic evaluation, whose gradients are means.", null);
        var chunks = Words.WholeNumber("--chunks", "C", "In how many equal chunks dynamic evaluation takes the beginning, a step each.", 1, 1);
        var window = Words.WholeNumber("--window", "T", $"The tokens of a window; without it as many as the model has positions, at most {LongestWindow}.", 2);
        var most = Words.WholeNumber("--windows", "N", "At most so many windows of each split.", 1);
        var engine = new Option<string>("--engine")
        {
            Description = "What computes TinT: simulation (its closed form) or construction.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "simulation",
        };
        var memory = Words.Number("--memory", "GIB", "How much memory may be used; windows are evaluated in parallel within it. Without it, half of the machine's.");
        var journal = Words.Text("--journal", "FILE", "Keep what has been measured, and go on from it after an interruption.");
        var shard = new Option<string>("--shard") { Description = "Only part i of n of the windows.", HelpName = "i/n", DefaultValueFactory = _ => "1/1" };
        var json = Words.Text(Json, "FILE", "Also write the results to a JSON file; - for standard output.");
        var html = Words.Text(Html, "FILE", "Also write a page with charts.");
        var logits = Words.Text(Logits, "FILE", "Also write tokens and the model's own logits of every window to a safetensors file, for a comparison with another implementation.");
        var provider = new ProviderOption();
        var command = new Command("evaluate", Description);
        foreach (var option in new Option[]
        {
            model, text, selection, published, methods, fractions, steps, layers, rates, dynamicRates, chunks, window, most, engine, memory, journal, shard, json, html, logits,
        })
        {
            command.Add(option);
        }

        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)), (Html, parsed.GetValue(html)), (Logits, parsed.GetValue(logits)));
            var part = Shard.Parse(parsed.GetValue(shard)!);
            var folder = parsed.GetValue(model);
            using var loaded = LoadedModel.Open(folder ?? ShippedExperiment.ModelFolder);
            var (ownRates, ownDynamicRates) = DefaultRates.Of(loaded.Model.ModelType, isShipped: folder is null);
            var options = new EvaluationOptions
            {
                Methods = [.. Named(parsed.GetValue(methods), folder is null, loaded)],
                Fractions = parsed.GetValue(fractions)!,
                Steps = [.. parsed.GetValue(steps)!.Select(number => Whole(number, "--steps"))],
                Layers = [.. parsed.GetValue(layers)!.Select(Layer)],
                Rates = parsed.GetValue(rates) is { Length: > 0 } given ? given : ownRates,
                DynamicRates = parsed.GetValue(dynamicRates) is { Length: > 0 } also ? also : ownDynamicRates,
                Chunks = parsed.GetValue(chunks)!.Value,
                Constructs = parsed.GetRequiredValue(engine) switch
                {
                    "simulation" => false,
                    "construction" => true,
                    var other => throw new RuleViolationException("--engine must be known", $"'{other}'", "use simulation or construction"),
                },
            };
            var length = parsed.GetValue(window) ?? Math.Min(loaded.Positions, LongestWindow);
            if (loaded.Positions < length)
            {
                throw new RuleViolationException("--window must not exceed the model's positions", $"{length} for {loaded.Positions}", $"use {loaded.Positions} or fewer");
            }

            var (reported, chosenOn) = (parsed.GetValue(text), parsed.GetValue(selection));
            var isShipped = reported is null;
            chosenOn ??= isShipped ? ShippedExperiment.SelectionText : null;
            var windows = EvaluationWindows.Of(
                loaded,
                TextFolder.Read(reported ?? ShippedExperiment.ReportText),
                chosenOn is null ? null : TextFolder.Read(chosenOn),
                length,
                parsed.GetValue(published),
                isShipped ? (parsed.GetValue(most) ?? ShippedSelecting, parsed.GetValue(most) ?? ShippedReporting) : (parsed.GetValue(most), parsed.GetValue(most)));
            var estimate = EvaluationMemory.Of(loaded, length, options);
            var stated = parsed.GetValue(memory) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30) / 2;
            var parallel = estimate.Windows(stated);
            var used = provider.Use(parsed, parallel);
            var run = new EvaluationRun(loaded, windows, options, part.Indices(windows.Count));
            var plan = new Plan(
                folder ?? "the model that ships", reported ?? "held-out text that ships", length, parsed.GetValue(published), options, part, stated, parallel, used.Description, parsed.GetValue(journal));
            return Run(terminal, outputs, loaded, windows, run, plan, token);
        }));
        return command;
    }

    private static int Run(
        Terminal terminal, OutputFiles outputs, LoadedModel model, IReadOnlyList<EvaluationWindow> windows, EvaluationRun run, Plan plan, CancellationToken token)
    {
        var clock = Stopwatch.StartNew();
        var question = EvaluationQuestion.Of(model, windows, plan.Options, plan.Provider);
        var (measured, isWhole) = LongWork.Run(
            terminal, "windows", run.Count, advance => run.Run(plan.Journal, question, plan.Parallel, advance, token), run.Known, token);
        if (measured.Count > 0)
        {
            var document = plan.Document(model, windows, measured, clock.Elapsed) with { Question = question };
            EvaluationView.Print(outputs.Report, document);
            if (isWhole)
            {
                outputs.Write(Json, document.WriteTo);
                outputs.Write(Html, stream => EvaluationPage.Write(document, stream));
                outputs.Write(Logits, stream => WindowLogits.Write(stream, model, [.. plan.Shard.Indices(windows.Count).Select(index => windows[index])]));
            }
        }

        if (!isWhole)
        {
            outputs.Cancelled($"{run.Done} of {run.Count} parts are known"
                + (plan.Journal is null ? "; --journal would have kept them" : "; the same command line goes on from the journal"));
            return ExitCode.Unusable;
        }

        return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
    }

    private static IEnumerable<EvaluationMethod> Named(string[]? names, bool isShipped, LoadedModel model) => names is { Length: > 0 }
        ? names.Select(Method)
        : Methods.Values.Where(method => isShipped || (method == EvaluationMethod.Faithful ? MethodConfiguration.HasFaithful(model.Model) : method is < EvaluationMethod.Sgd or > EvaluationMethod.SgdStopped));

    private static EvaluationMethod Method(string name) => Methods.TryGetValue(name, out var method)
        ? method
        : throw new RuleViolationException("--methods must be known", $"'{name}'", $"use {string.Join(", ", Methods.Keys)}");

    private static int? Layer(string word) => word == "all" ? null
        : int.TryParse(word, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var layers) ? layers
        : throw new RuleViolationException("--layers must be whole numbers or all", $"'{word}'", "use numbers of layers");

    private static int Whole(double number, string name) => number is >= 1 and <= int.MaxValue && number == Math.Floor(number)
        ? (int)number
        : throw new RuleViolationException($"{name} must be whole numbers from 1", FormattableString.Invariant($"{number}"), "use 1 or more");

    /// <summary>What the command line asks for.</summary>
    private sealed record Plan(
        string Model,
        string Text,
        int Window,
        bool AsPublished,
        EvaluationOptions Options,
        Shard Shard,
        double Memory,
        int Parallel,
        string Provider,
        string? Journal)
    {
        public EvaluationDocument Document(LoadedModel model, IReadOnlyList<EvaluationWindow> windows, IReadOnlyList<WindowMeasurement> measured, TimeSpan time)
        {
            var summary = EvaluationSummary.Of(measured);
            int[] seen = [.. measured.Select(static one => one.Window).Distinct()];
            using var process = Process.GetCurrentProcess();
            return new EvaluationDocument(
                Model,
                model.Model.ModelType,
                model.Tokenizer.Name,
                Text,
                Window,
                seen.Count(index => windows[index].Selects),
                seen.Count(index => windows[index].Reports),
                AsPublished,
                Options.Constructs ? "construction" : "simulation",
                Provider,
                $"{Shard.Index}/{Shard.Count}",
                Memory,
                Parallel,
                process.PeakWorkingSet64 / (double)(1L << 30),
                time.TotalSeconds,
                summary.Chosen,
                summary.Reported,
                summary.Selection,
                summary.Verdicts(),
                measured)
            {
                Notes = [.. summary.Notes()],
                Version = EvaluationDocument.ThisVersion,
                WindowsInAll = windows.Count,
            };
        }
    }
}
