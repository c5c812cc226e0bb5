using System.CommandLine;
using System.Globalization;
using Tint.Experiments.Evaluation;
using Tint.Experiments.Saving;
using Tint.Fixtures.Safetensors;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Verification.Checkpoints;

namespace Tint.Cli;

/// <summary><c>tint construct</c>: writes the transformer that a TinT is.</summary>
internal static class ConstructCommand
{
    private const int DefaultExample = 8;
    private const double DefaultFileSize = 2;

    private const string Description = """
        Writes a TinT as the transformer that it is: every weight tensor under the name of the published code, as safetensors in
        float64, and config.json with the layers in words that any transformer has. Whoever runs these layers, knowing nothing of
        TinT, gets the logits of the auxiliary model before and after the simulated training; example.safetensors holds some, with
        bounds. verification/clients/transformer is such a reader in Python.

        Tensors are written one by one. Of GPT-2 small the transformer has 1.5 billion parameters, 12 GB. The folder appears when it
        is complete. --check compares a folder that is there with what the same command line would write, to the last bit.

        Examples:
          tint construct --out my-tint
          tint construct --out my-tint --check
          tint construct --model gpt2 --out tint-of-gpt2 --rate 0.0001 --layers 6 --steps 2
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var model = Words.Text("--model", "DIR", "The auxiliary model, a Hugging Face folder; without it, the model that ships.");
        var output = Words.Text("--out", "DIR", "The folder that is written; it must be empty or not be there.");
        output.Required = true;
        var check = new Option<bool>("--check") { Description = "Write nothing; compare the folder with what would be written." };
        var preset = new PresetOption("--departures");
        var prefixes = Words.WholeNumber("--prefixes", "K", "The number of prefixes; without it the published one, or the largest that is admissible.", 1);
        var layers = Words.WholeNumber("--layers", "L", "How many layers from the top are trained; without it all.", 0);
        var steps = Words.WholeNumber("--steps", "N", "The number of steps of SGD.", 0, 1);
        var rate = Words.Number("--rate", "ETA", "The learning rate, on summed gradients.", 1e-4);
        var norms = new Option<bool>("--norm-weights") { Description = "Train the weights of normalisations as well, not their biases alone." };
        var size = Words.Number("--file-size", "GIB", "How much a file of weights may hold; a larger tensor has one of its own.", DefaultFileSize);
        var example = Words.WholeNumber("--example", "T", "The tokens of the example; 0 for none.", 0, DefaultExample);
        var provider = new ProviderOption();
        var command = new Command("construct", Description);
        foreach (var option in new Option[] { model, output, check, prefixes, layers, steps, rate, norms, size, example })
        {
            command.Add(option);
        }

        preset.AddTo(command);
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            provider.Use(parsed, tasks: 1);
            using var folder = ModelFolder.Open(parsed.GetValue(model) ?? ShippedExperiment.ModelFolder);
            var auxiliary = AuxiliaryShape.Of(folder.Model);
            var weights = HuggingFaceWeights.Stream(auxiliary, folder.Tensors);
            var configuration = preset.Of(parsed).Of(TintConfiguration.For(auxiliary, parsed.GetValue(prefixes))) with
            {
                TrainedLayers = parsed.GetValue(layers) ?? auxiliary.LayerCount,
                SgdSteps = parsed.GetValue(steps)!.Value,
                InnerLearningRate = parsed.GetValue(rate)!.Value,
                LayerNormBiasOnly = !parsed.GetValue(norms),
            };
            var constructed = new ConstructedFolder(configuration, weights);
            var place = parsed.GetRequiredValue(output)!;
            return parsed.GetValue(check)
                ? Check(terminal, constructed, place, token)
                : Write(terminal, constructed, place, FileSize(parsed.GetValue(size)!.Value), Example(configuration, weights, parsed.GetValue(example)!.Value), token);
        }));
        return command;
    }

    private static int Write(
        Terminal terminal, ConstructedFolder constructed, string place, long fileSize, Func<IReadOnlyList<SafetensorsTensor>>? example, CancellationToken token)
    {
        var (_, isWhole) = LongWork.Run<bool>(
            terminal,
            "tensors",
            constructed.TensorCount,
            advance =>
            {
                constructed.Write(place, fileSize, example, advance, token);
                return true;
            },
            static () => false,
            token);
        if (!isWhole)
        {
            terminal.Complain($"cancelled: nothing was written to '{place}'");
            return ExitCode.Unusable;
        }

        terminal.Prose($"{Number(constructed.TensorCount)} tensors, {Number(constructed.ParameterCount)} parameters in float64, written to {place}");
        return ExitCode.Success;
    }

    private static int Check(Terminal terminal, ConstructedFolder constructed, string place, CancellationToken token)
    {
        var (difference, isWhole) = LongWork.Run(
            terminal, "tensors", constructed.TensorCount, advance => constructed.Difference(place, advance, token), static () => null, token);
        if (!isWhole)
        {
            terminal.Complain("cancelled: not every tensor was compared");
            return ExitCode.Unusable;
        }

        terminal.Prose(difference is null
            ? $"{place} holds what this command line would write: {Number(constructed.ParameterCount)} parameters, equal to the last bit"
            : $"{place} differs from what this command line would write: {difference}");
        return difference is null ? ExitCode.Success : ExitCode.Disagreement;
    }

    private static Func<IReadOnlyList<SafetensorsTensor>>? Example(TintConfiguration configuration, AuxiliaryWeights weights, int length) =>
        length == 0 ? null : () => ConstructedExample.Of(configuration, weights, ConstructedExample.Sequence(configuration, length));

    private static long FileSize(double size) => size is > 0 and < 1 << 20
        ? (long)(size * (1L << 30))
        : throw new RuleViolationException("--file-size must be a number of GiB above 0", FormattableString.Invariant($"{size}"), "use 2");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
