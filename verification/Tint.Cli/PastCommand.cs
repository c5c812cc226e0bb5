using System.CommandLine;
using System.Globalization;
using System.Text;
using Tint.Verification.Past;

namespace Tint.Cli;

/// <summary><c>tint past</c>: gradient descent inside a transformer as it was built before TinT, and with TinT's modules.</summary>
internal static class PastCommand
{
    private const string Json = "--json";
    private const string Markdown = "--markdown";
    private const string Svg = "--svg";

    private const string Description = """
        Runs earlier constructions of gradient descent in a transformer, and TinT's modules, on one regression.

        In the manner of von Oswald et al., Akyürek et al. and Giannou et al., as literal transformers of this project's
        primitives, beside a linear function and a two-layer MLP learnt with TinT's modules: each against plain gradient
        descent, error and bound, and what each costs at d = 4 … 64. verification/past.md and past.svg are written by it.

        Examples:
          tint past
          tint past --dimension 12 --examples 20 --steps 5 --json past.json
          tint past --markdown verification/past.md --svg verification/past.svg
          tint past --dimension 3 --examples 2 --weights
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var dimension = Words.WholeNumber("--dimension", "D", "The numbers of an input x, 3 to 64.", least: 3, otherwise: 8, most: 64);
        var examples = Words.WholeNumber("--examples", "N", "The examples (x, y), 1 to 64.", least: 1, otherwise: 10, most: 64);
        var steps = Words.WholeNumber("--steps", "K", "The steps, 1 to 100.", least: 1, otherwise: 3, most: 100);
        var seed = Words.WholeNumber("--seed", "SEED", "The seed that the task is drawn from.", otherwise: 1);
        var weights = new Option<bool>("--weights") { Description = "Also print every weight of the past constructions that is not zero, layer by layer (TinT's modules: tint explain)." };
        var json = Words.Text(Json, "FILE", "Also write the figures to a JSON file; - for standard output.");
        var markdown = Words.Text(Markdown, "FILE", "Also write the page to a Markdown file.");
        var svg = Words.Text(Svg, "FILE", "Also draw the sizes against d.");
        var command = new Command("past", Description) { dimension, examples, steps, seed, weights, json, markdown, svg };
        command.SetAction((parsed, _) => OwnThread.Run(() =>
        {
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)), (Markdown, parsed.GetValue(markdown)), (Svg, parsed.GetValue(svg)));
            var document = PastDocument.Of(parsed.GetValue(dimension)!.Value, parsed.GetValue(examples)!.Value, parsed.GetValue(steps)!.Value, parsed.GetValue(seed)!.Value, parsed.GetValue(weights));
            Print(outputs.Report, document);
            outputs.Write(Json, document.WriteTo);
            outputs.Write(Markdown, stream => stream.Write(Encoding.UTF8.GetBytes(PastMarkdown.Render(document))));
            outputs.Write(Svg, stream => PastDrawing.WriteTo(document, stream));
            return outputs.HasFailed ? ExitCode.Unusable : document.Checks.All(static check => check.Holds) ? ExitCode.Success : ExitCode.Disagreement;
        }));
        return command;
    }

    private static void Print(Terminal terminal, PastDocument document)
    {
        var checks = new Grid([.. Grid.Words("construction", "compared"), .. Grid.Numbers("plain descent", "got", "error", "bound"), new Grid.Column("verdict")]);
        foreach (var check in document.Checks)
        {
            checks.Add(check.Construction, check.Compares, Number(check.Expected), Number(check.Got), Small(check.Error), Small(check.Bound), check.Holds ? "holds" : "FAILS");
        }

        checks.WriteTo(terminal);
        var sizes = new Grid([new Grid.Column("construction"), .. Grid.Numbers("d", "width", "heads", "positions", "layers a step", "parameters"), .. Grid.Words("a step is on", "weights")]);
        foreach (var row in document.Sizes.OrderBy(static row => row.Dimension))
        {
            sizes.Add(
                row.Construction,
                Count(row.Dimension),
                Count(row.Width),
                Count(row.Heads),
                Count(row.Positions),
                Count(row.LayersOfStep),
                Count(row.ParametersOfStep),
                PastMarkdown.Examples(row),
                row.SharesWeights ? "shared by steps" : "a step's own");
        }

        sizes.WriteTo(terminal);
        foreach (var layer in (document.Weights ?? []).GroupBy(static matrix => (matrix.Construction, matrix.Layer, matrix.Does)))
        {
            terminal.Output.WriteLine();
            terminal.Output.WriteLine($"{layer.Key.Construction}, layer {Count(layer.Key.Layer)}: {layer.Key.Does}");
            foreach (var matrix in layer)
            {
                terminal.Prose($"{matrix.Matrix}: {(matrix.Entries.Count == 0 ? "0" : string.Join("; ", matrix.Entries))}");
            }
        }
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);

    private static string Small(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
