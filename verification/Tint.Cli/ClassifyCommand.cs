using System.CommandLine;
using System.Globalization;
using Tint.Experiments.Classification;
using Tint.Experiments.Evaluation;
using Tint.Properties.Campaigns;
using Tint.Reference;

namespace Tint.Cli;

/// <summary><c>tint classify</c>: in-context classification.</summary>
internal static class ClassifyCommand
{
    private const string Json = "--json";
    private const string Html = "--html";
    private const int LongestPrompt = 2048;
    private const int ToyDemonstrations = 40;
    private const int ToyTests = 40;

    private const string Description = """
        Classifies by comparing the labels' words behind a prompt: the model as it is (vanilla), fine-tuned on the demonstrations with plain
        SGD (dynamic), and as TinT predicts, which fine-tunes while it reads. Tasks, templates, label words and calibrations are those
        published; the data is yours, a JSONL or TSV file for demonstrations and one for tests.

        A rate, loss, depth and way of joining demonstrations are chosen on every second test and reported on the others; --as-published
        chooses on the tests that it reports. Without --task it runs a task by rule on the model that ships, whose demonstrations the
        test does not see (single): what is right more often than vanilla then comes from fine-tuning alone.

        --journal keeps each answer as soon as it is known; the same command line goes on from it and gives the same answers. --shard asks
        part of the tests, and tint merge joins the parts.

        Examples:
          tint classify
          tint classify --html classification.html --methods vanilla,dynamic,published,paper,faithful
          tint classify --task sst2 --train train.jsonl --test validation.jsonl --model opt-125m --shots 32
          tint classify --task agnews --train a.tsv --test b.tsv --model gpt2 --shots 0 --losses context
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var task = Words.Text("--task", "NAME", $"One of {string.Join(", ", ClassificationTask.All.Select(static one => one.Name))}; without it, a task by rule.");
        var train = Words.Text("--train", "FILE", "What demonstrations are drawn from.");
        var test = Words.Text("--test", "FILE", "What is classified.");
        var model = Words.Text("--model", "DIR", "A Hugging Face folder with weights and tokenizer; without it, the model that ships.");
        var template = Words.WholeNumber("--template", "N", "The template: 0, 1 (symbols for labels) or 2 (another wording).", 0, 0);
        var shots = Words.WholeNumber("--shots", "N", "Demonstrations, as many of each label; 0 for none.", 0, 8);
        var seeds = Words.Numbers("--seeds", "S,…", "Seeds that draw demonstrations.", "1,2,3");
        var tests = Words.WholeNumber("--tests", "N", "At most so many tests.", 2, 200);
        var methods = Words.List("--methods", "NAMES", "Of vanilla, dynamic, published, paper, faithful.", "vanilla,dynamic,paper");
        var calibrations = Words.List("--calibrations", "NAMES", "Of plain, sfc (less the score behind the template alone), icl_sfc (the same with demonstrations).", "plain");
        var losses = Words.List("--losses", "NAMES", "Of context (all but the candidate), label_only (the demonstrations' words); both without it, of the task by rule label_only.", null);
        var joins = Words.List("--joins", "NAMES", "Of single (demonstrations apart, the test sees none), concatenated; concatenated without it, of the task by rule single.", null);
        var layers = Words.List("--layers", "L,…", "How many layers from the top TinT trains.", "all");
        var rates = Words.Numbers("--rates", "ETA,…", "Learning rates of TinT.", null);
        var dynamicRates = Words.Numbers("--dynamic-rates", "ETA,…", "Learning rates of dynamic evaluation.", null);
        var steps = Words.WholeNumber("--steps", "N", "Steps of SGD.", 1, 1);
        var published = new Option<bool>("--as-published") { Description = "Choose settings on the same tests that are reported, as the published evaluation does." };
        var journal = Words.Text("--journal", "FILE", "Keep what has been answered, and go on from it after an interruption.");
        var shard = new Option<string>("--shard") { Description = "Only part i of n of the tests.", HelpName = "i/n", DefaultValueFactory = _ => "1/1" };
        var json = Words.Text(Json, "FILE", "Also write the results to a JSON file; - for standard output.");
        var html = Words.Text(Html, "FILE", "Also write a page with charts.");
        var provider = new ProviderOption();
        var command = new Command("classify", Description);
        foreach (var option in new Option[]
        {
            task, train, test, model, template, shots, seeds, tests, methods, calibrations, losses, joins, layers, rates, dynamicRates, steps, published, journal, shard, json, html,
        })
        {
            command.Add(option);
        }

        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)), (Html, parsed.GetValue(html)));
            var part = Shard.Parse(parsed.GetValue(shard)!);
            var (name, folder) = (parsed.GetValue(task), parsed.GetValue(model));
            if (name is null ? parsed.GetValue(train) is not null || parsed.GetValue(test) is not null : parsed.GetValue(train) is null || parsed.GetValue(test) is null)
            {
                throw new RuleViolationException("--task, --train and --test must be given together", name is null ? "no --task" : "not all", "give all three, or none");
            }

            using var loaded = LoadedModel.Open(folder ?? ShippedExperiment.ModelFolder);
            var (number, isRule) = (parsed.GetValue(template)!.Value, name is null);
            var chosen = name is null ? ToyTask.Template : ClassificationTask.Find(name).Template(number);
            var (training, asked) = name is null
                ? (ToyTask.Examples(1, ToyDemonstrations), ToyTask.Examples(2, ToyTests))
                : (ExampleFile.Read(parsed.GetValue(train)!, chosen.Words), ExampleFile.Read(parsed.GetValue(test)!, chosen.Words));
            asked = ClassificationSample.Any(asked, parsed.GetValue(tests)!.Value, seed: 0);
            var (ownRates, ownDynamicRates) = DefaultRates.OfClassification(isRule);
            var options = new ClassificationOptions
            {
                Template = chosen,
                Shots = parsed.GetValue(shots)!.Value,
                Seeds = [.. parsed.GetValue(seeds)!.Select(static seed => (int)seed)],
                Methods = [.. parsed.GetValue(methods)!.Select(Method)],
                Calibrations = [.. parsed.GetValue(calibrations)!.Select(word => Choice(word, "--calibrations", ("plain", Calibration.Plain), ("sfc", Calibration.Sfc), ("icl_sfc", Calibration.IclSfc)))],
                LabelsOnly = [.. Given(parsed.GetValue(losses), isRule ? ["label_only"] : ["context", "label_only"]).Select(word => Choice(word, "--losses", ("context", false), ("label_only", true)))],
                Apart = [.. Given(parsed.GetValue(joins), [isRule ? "single" : "concatenated"]).Select(word => Choice(word, "--joins", ("concatenated", false), ("single", true)))],
                Layers = [.. parsed.GetValue(layers)!.Select(Layer)],
                Rates = parsed.GetValue(rates) is { Length: > 0 } given ? given : ownRates,
                DynamicRates = parsed.GetValue(dynamicRates) is { Length: > 0 } also ? also : ownDynamicRates,
                Steps = parsed.GetValue(steps)!.Value,
                Longest = Math.Min(loaded.Positions, LongestPrompt),
            };
            var used = provider.Use(parsed, Environment.ProcessorCount);
            var run = new ClassificationRun(loaded, options, training, asked, part.Indices(asked.Count));
            var document = new ClassificationDocument(
                folder ?? "the model that ships",
                name ?? "a task by rule",
                name is null ? null : number,
                options.Shots,
                options.Seeds,
                Selecting: 0,
                Reporting: 0,
                parsed.GetValue(published),
                used.Description,
                $"{part.Index}/{part.Count}",
                run.Places,
                [],
                [])
            {
                Version = EvaluationDocument.ThisVersion,
                Question = run.Question(used.Description),
                TestsInAll = asked.Count,
            };
            return Run(terminal, outputs, run, document, parsed.GetValue(journal), token);
        }));
        return command;
    }

    private static int Run(Terminal terminal, OutputFiles outputs, ClassificationRun run, ClassificationDocument document, string? journal, CancellationToken token)
    {
        var (outcomes, isWhole) = LongWork.Run(
            terminal, "tests", run.Count, advance => run.Run(journal, document.Question!, Environment.ProcessorCount, advance, token), run.Known, token);
        if (!isWhole)
        {
            outputs.Cancelled($"{run.Done} of {run.Count} tests were answered"
                + (journal is null ? "; --journal would have kept them" : "; the same command line goes on from the journal"));
            return ExitCode.Unusable;
        }

        return Report(outputs, (document with { Outcomes = outcomes }).Summarized());
    }

    /// <summary>Prints and writes a classification.</summary>
    public static int Report(OutputFiles outputs, ClassificationDocument document)
    {
        Print(outputs.Report, document);
        outputs.Write(Json, document.WriteTo);
        outputs.Write(Html, stream => ClassificationPage.Write(document, stream));
        return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
    }

    private static void Print(Terminal terminal, ClassificationDocument document)
    {
        terminal.Prose(ClassificationText.Title(document));
        var table = new Grid([.. Grid.Words("method", "calibration", "loss", "joined"), .. Grid.Numbers("layers", "rate", "accuracy", "± seeds", "of settings")]);
        foreach (var result in document.Results)
        {
            table.Add(
                EvaluationText.Name(result.Setting.Method),
                ClassificationText.Name(result.Setting.Calibration),
                ClassificationText.Loss(result.Setting),
                ClassificationText.Join(result.Setting),
                ClassificationText.Layers(result.Setting),
                EvaluationText.Rate(result.Setting.Rate),
                ClassificationText.Share(result.Accuracy),
                result.Deviation is { } deviation ? ClassificationText.Share(deviation) : "–",
                result.Tried.ToString(CultureInfo.InvariantCulture));
        }

        table.WriteTo(terminal);
        terminal.Prose($"{ClassificationText.Selection(document)}; shard {document.Shard}, provider {document.Provider}");
    }

    private static string[] Given(string[]? words, string[] otherwise) => words is { Length: > 0 } ? words : otherwise;

    private static EvaluationMethod Method(string word) => Choice(
        word,
        "--methods",
        ("vanilla", EvaluationMethod.Vanilla),
        ("dynamic", EvaluationMethod.Dynamic),
        ("published", EvaluationMethod.Published),
        ("paper", EvaluationMethod.Paper),
        ("faithful", EvaluationMethod.Faithful));

    private static T Choice<T>(string word, string option, params (string Word, T Value)[] known) => known.Any(one => one.Word == word)
        ? known.First(one => one.Word == word).Value
        : throw new RuleViolationException($"{option} must be known", $"'{word}'", $"use {string.Join(", ", known.Select(static one => one.Word))}");

    private static int? Layer(string word) => word == "all" ? null
        : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var layers) ? layers
        : throw new RuleViolationException("--layers must be whole numbers or all", $"'{word}'", "use numbers of layers");
}
