using System.CommandLine;
using System.Globalization;
using Tint.Experiments.Text;
using Tint.Experiments.Tokenization;
using Tint.Experiments.Training;
using Tint.Reference.Families;
using Tint.Verification.Checkpoints;

namespace Tint.Cli;

/// <summary><c>tint train</c>: trains a small model with exact gradients.</summary>
internal static class TrainCommand
{
    private const string Json = "--json";
    private const string Svg = "--svg";
    private const int GeneratedDocuments = 2000;
    private const int GeneratedHeldOut = 20;
    private const double HeldOutShare = 0.05;

    private const string Description = """
        Trains a model with exact gradients: Adam, a rate that rises and then falls as a cosine, gradients cut to a norm.

        Without --text it trains on generated text: chronicles of invented villages, each with names, things and turns of phrase
        of its own, so that what comes first helps with what follows. Tokens are bytes. The result is a Hugging Face folder, which
        other tools load and tint evaluate takes as --model. It is the same to the last bit for the same command line, however
        often it was interrupted: Ctrl-C saves the last whole step, --resume goes on.

        Examples:
          tint train --out my-model
          tint train --out my-model --resume
          tint train --out my-llama --family llama --width 48 --layers 2 --steps 300
          tint train --out mine --text my-texts --svg loss.svg --json loss.json
          tint train --out further --model my-model --text my-texts --rate 0.0003
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var output = Words.Text("--out", "DIR", "The folder that the model is written to.");
        output.Required = true;
        var text = Words.Text("--text", "DIR", "Train on these files: a file, or a folder of .txt files; the last 5 % is held out.");
        var begin = Words.Text("--model", "DIR", "Train this model further, a Hugging Face folder; --family and sizes are then its own.");
        var family = new Option<string>("--family")
        {
            Description = $"The family: {string.Join(", ", TrainableConfiguration.Families)}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "gpt2",
        };
        var width = Words.WholeNumber("--width", "D", "The width.", 2, 64);
        var heads = Words.WholeNumber("--heads", "H", "The number of heads.", 1, 4);
        var layers = Words.WholeNumber("--layers", "L", "The number of layers.", 1, 4);
        var window = Words.WholeNumber("--window", "T", "The tokens of a window, which are the model's positions.", 2, 256);
        var steps = Words.WholeNumber("--steps", "N", "The number of steps.", 1, 1500);
        var batch = Words.WholeNumber("--batch", "B", "The windows of a step.", 1, 8);
        var warmUp = Words.WholeNumber("--warm-up", "N", "The steps in which the rate rises.", 0, 100);
        var rate = Words.Number("--rate", "ETA", "The largest learning rate.", 0.003);
        var clip = Words.Number("--clip", "NORM", "The largest norm of a gradient.", 1);
        var seed = Words.WholeNumber("--seed", "S", "The seed of the first parameters and of the windows.", otherwise: 1);
        var every = Words.WholeNumber("--save-every", "N", "Save the state after so many steps.", 1, 100);
        var resume = new Option<bool>("--resume") { Description = "Go on with the interrupted training in the folder." };
        var json = Words.Text(Json, "FILE", "Also write losses and settings to a JSON file; - for standard output.");
        var svg = Words.Text(Svg, "FILE", "Also draw the loss against the step.");
        var provider = new ProviderOption();
        var command = new Command("train", Description);
        foreach (var option in new Option[] { output, text, begin, family, width, heads, layers, window, steps, batch, warmUp, rate, clip, seed, every, resume, json, svg })
        {
            command.Add(option);
        }

        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)), (Svg, parsed.GetValue(svg)));
            provider.Use(parsed, tasks: int.MaxValue);
            var options = new TrainingOptions
            {
                Steps = parsed.GetValue(steps)!.Value,
                Batch = parsed.GetValue(batch)!.Value,
                Window = parsed.GetValue(window)!.Value,
                Rate = parsed.GetValue(rate)!.Value,
                WarmUp = parsed.GetValue(warmUp)!.Value,
                Clip = parsed.GetValue(clip)!.Value,
                Seed = parsed.GetValue(seed)!.Value,
            };
            var tokenizer = parsed.GetValue(begin) is { } folder ? ModelTokenizer.Open(folder) : ByteVocabulary.Tokenizer;
            var (config, parameters) = parsed.GetValue(begin) is { } model
                ? Model(model)
                : (new TrainableConfiguration(
                    parsed.GetRequiredValue(family),
                    tokenizer.VocabularySize,
                    parsed.GetValue(width)!.Value,
                    parsed.GetValue(heads)!.Value,
                    parsed.GetValue(layers)!.Value,
                    options.Window).Text(), null);
            var material = Material(parsed.GetValue(text), tokenizer, parsed.GetValue(begin));
            var run = new TrainingRun(parsed.GetRequiredValue(output)!, config, parameters, material, options, parsed.GetValue(resume));
            return Run(terminal, outputs, run, options, parsed.GetValue(every)!.Value, token);
        }));
        return command;
    }

    private static int Run(Terminal terminal, OutputFiles outputs, TrainingRun run, TrainingOptions options, int saveEvery, CancellationToken token)
    {
        var begun = run.Done;
        var (result, isWhole) = LongWork.Run<TrainingResult?>(
            terminal,
            "steps",
            options.Steps - begun,
            advance => run.Run(_ => advance(), saveEvery, token),
            () =>
            {
                outputs.Cancelled($"{run.Save()} of {options.Steps} steps are done and saved; the same command line with --resume goes on");
                return null;
            },
            token);
        if (!isWhole || result is null)
        {
            return ExitCode.Unusable;
        }

        var report = outputs.Report;
        var document = TrainingDocument.Of(result);
        report.Prose($"{document.Family}, {document.Parameters.ToString("N0", CultureInfo.InvariantCulture)} parameters, "
            + $"{options.Steps} steps of {options.Batch} windows of {options.Window} tokens, seed {options.Seed}");
        report.Output.WriteLine($"loss {Number(result.Losses[0])} {LossCurve.Line(result.Losses, 60)} {Number(result.Losses[^1])} nats a token");
        report.Prose(result.HeldOutLoss is { } loss
            ? $"on text that was not trained on: {Number(loss)} nats a token, perplexity {Number(Math.Exp(loss))}"
            : "the text is too short to hold some out");
        outputs.Write(Json, document.WriteTo);
        outputs.Write(Svg, stream => LossCurve.WriteSvg(result.Losses, result.HeldOutLoss, stream));
        return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
    }

    private static (string Config, ParameterSet? Parameters) Model(string folder)
    {
        using var model = ModelFolder.Open(folder);
        return (File.ReadAllText(Path.Combine(folder, "config.json")), model.Read());
    }

    private static TrainingText Material(string? path, ITextTokenizer tokenizer, string? model)
    {
        var files = model is null
            ? ByteVocabulary.Files()
            : ModelTokenizer.FileNames.Select(name => Path.Combine(model, name)).Where(File.Exists).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        if (path is null)
        {
            return new TrainingText(
                tokenizer.EncodePlain(GeneratedText.Of(TextSplit.Training, GeneratedDocuments)),
                tokenizer.EncodePlain(GeneratedText.Of(TextSplit.Validation, GeneratedHeldOut)),
                files);
        }

        int[] tokens = [.. TextFolder.Read(path).SelectMany(file => tokenizer.Encode(file.Text))];
        var held = (int)(tokens.Length * HeldOutShare);
        return new TrainingText(tokens[..^held], tokens[^held..], files);
    }

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
