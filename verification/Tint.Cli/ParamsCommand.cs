using System.CommandLine;
using System.Globalization;
using Tint.Reference;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Verification.Checkpoints;
using Tint.Verification.Counting;

namespace Tint.Cli;

/// <summary><c>tint params</c>: how many parameters a TinT has, and which tensors they are.</summary>
internal static class ParamsCommand
{
    private const string DefaultShape = "gpt2-small";
    private const string Json = "--json";

    private const string Description = """
        Counts parameters: each module, a whole model part by part, every published shape, and the paper's table. Or, of a family, a
        published size, and beside it all others; or of the model that a Hugging Face config.json describes, whose weights need not be there.
        A config.json of which no TinT can be constructed is refused in one line that says why.

        Counts are over the weight tensors that the construction materialises, biases and position maps included, which are zero in most
        places. The paper's formula leaves out biases, permutations, gates, prefix loads and embeddings.

        The TinT of a family's size has the published K where the width and the heads are those of a published shape, else the largest
        that is admissible, and the smallest H_sim that is admissible.

        Examples:
          tint params
          tint params --shape opt-1.3b --tensors
          tint params --family llama
          tint params --family gpt_neox --size 410m
          tint params --config llama/config.json
          tint params --shape gpt2-xl --as faithful
          tint params --shape gpt2-small --use-softmax
          tint params --json params.json
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var shape = Words.Text("--shape", "NAME", $"The shape to show in detail: {string.Join(", ", PublishedShapes.All.Keys)}. Without it {DefaultShape}.");
        var family = Words.Text("--family", "NAME", $"The family: {string.Join(", ", FamilyCatalogue.ModelTypes)}.");
        var size = Words.Text("--size", "NAME", "The family's size; without it its first.");
        var config = Words.Text("--config", "FILE", "A Hugging Face config.json, or the folder that it lies in.");
        var tensors = new Option<bool>("--tensors") { Description = "Also list every tensor of every module." };
        var json = Words.Text(Json, "FILE", "Also write the tables to a JSON file; - for standard output.");
        var preset = new PresetOption();
        var command = new Command("params", Description) { shape, family, size, config, tensors, json };
        preset.AddTo(command);
        command.SetAction(parsed =>
        {
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)));
            var document = Document(parsed.GetValue(shape), parsed.GetValue(family), parsed.GetValue(size), parsed.GetValue(config), preset.Of(parsed));
            Print(outputs.Report, document, parsed.GetValue(tensors));
            outputs.Write(Json, document.WriteTo);
            return outputs.HasFailed ? ExitCode.Unusable : ExitCode.Success;
        });
        return command;
    }

    private static ParameterDocument Document(string? shape, string? family, string? size, string? config, ParameterDocument.Settings settings)
    {
        if (config is not null)
        {
            return (shape ?? family ?? size) is null
                ? ParameterDocument.Of(ModelFolder.ReadConfiguration(config), config, settings)
                : throw new RuleViolationException("--config must not come with --shape, --family or --size", "both", "use one of them");
        }

        if (shape is not null && (family ?? size) is not null)
        {
            throw new RuleViolationException("--shape must not come with --family or --size", "both", "use --family and --size, or --shape");
        }

        if (size is not null && family is null)
        {
            throw new RuleViolationException("--size must come with --family", "none", $"use one of {string.Join(", ", FamilyCatalogue.ModelTypes)}");
        }

        return family is null
            ? ParameterDocument.Of(shape ?? DefaultShape, settings)
            : ParameterDocument.Of(family, size ?? FamilyCatalogue.Sizes(family).First(), settings);
    }

    private static void Print(Terminal terminal, ParameterDocument document, bool tensors)
    {
        var chosen = document.Chosen;
        terminal.Prose(
            $"{document.Shape}: D_aux {chosen.AuxHiddenSize}, H_aux {chosen.AuxNumHeads}, L {chosen.AuxNumLayers}, T {chosen.AuxMaxPositions}; "
            + $"D_sim {chosen.HiddenSize}, K {chosen.NumPrefixes}, H_sim {chosen.NumHeads}; {document.Preset}, {document.Stencil} differences");
        if (document.UseSoftmax)
        {
            terminal.Prose($"softmax attention alone: {Number(chosen.NumPrefixes)} twins of prefixes, {Number(chosen.AuxMaxPositions)} of tokens");
        }

        if (document.ModelParameters is { } parameters)
        {
            terminal.Prose($"the auxiliary model's own parameters: {Number(parameters)}; its TinT has {document.Total / (double)parameters:0.0} times as many");
        }

        Write(terminal, ["module", "parameters"], document.Modules.Select(module => new[] { module.Name, Number(module.Parameters) }));
        Write(terminal, ["whole model", "parameters", "copies", "total"],
        [
            .. document.Parts.Select(part => new[] { part.Name, Number(part.Parameters), Number(part.Copies), Number(part.Total) }),
            ["all", string.Empty, string.Empty, Number(document.Total)],
        ]);
        foreach (var part in document.Composition)
        {
            terminal.Prose($"{part.Part}: {string.Join(" + ", part.Modules.Select(item => $"{item.Copies} {item.Module}"))}");
        }

        terminal.Prose("prefix load: K × D_sim numbers; a block of C chunks loads once for each layer that it runs, activations' empty loads included");
        if (tensors)
        {
            foreach (var module in document.Modules)
            {
                Write(terminal, [$"tensor of {module.Name}", "shape", "parameters"], module.Tensors.Select(tensor => new[]
                {
                    tensor.Name, string.Join(" × ", tensor.Shape), Number(tensor.Parameters),
                }));
            }
        }

        PrintShapes(terminal, document);
        PrintSizes(terminal, document.FamilySizes);
    }

    private static void PrintShapes(Terminal terminal, ParameterDocument document)
    {
        if (document.Family is not null)
        {
            return;
        }

        Write(terminal, ["published shape", "D_aux", "L", "D_sim", "K", "H_sim", "parameters"], document.PublishedShapeTotals.Select(row => new[]
        {
            row.Name, Plain(row.AuxHiddenSize), Plain(row.AuxNumLayers), Plain(row.HiddenSize), Plain(row.NumPrefixes), Plain(row.NumHeads),
            Number(row.Total),
        }));
        Write(terminal, ["paper's table", "D_sim", "K", "H_sim", "L", "by its formula", "as quoted"], document.Paper.Select(row => new[]
        {
            row.Name, Plain(row.HiddenSize), Plain(row.NumPrefixes), Plain(row.NumHeads), Plain(row.AuxNumLayers), Number(row.Formula),
            row.QuotedBillions.ToString("0.0 B", CultureInfo.InvariantCulture),
        }));
        terminal.Prose(
            "by its formula: L(21Q + 6·D_sim·H_sim + Q_split), Q = 4·Q_split + 3·T_sim·D_sim/H_sim, Q_split = D_sim²/H_sim + H_sim·D_sim");
        terminal.Prose("as quoted: as the paper's numbers are remembered; not checked against its text");
    }

    private static void PrintSizes(Terminal terminal, IReadOnlyList<ParameterDocument.FamilySize> sizes)
    {
        if (sizes.Count == 0)
        {
            return;
        }

        Write(terminal, ["published size", "own parameters", "D_aux", "L", "D_sim", "K", "H_sim", "parameters"], sizes.Select(row => new[]
        {
            row.Name,
            Number(row.ModelParameters),
            Plain(row.Sizes?.AuxHiddenSize),
            Plain(row.Sizes?.AuxNumLayers),
            Plain(row.Sizes?.HiddenSize),
            Plain(row.Sizes?.NumPrefixes),
            Plain(row.Sizes?.NumHeads),
            row.Total is { } total ? Number(total) : "no TinT",
        }));
        foreach (var row in sizes.Where(row => row.Problem is not null))
        {
            terminal.Prose($"{row.Name}: {row.Problem}");
        }
    }

    private static void Write(Terminal terminal, string[] headers, IEnumerable<string[]> rows)
    {
        var table = Grid.OfNumbers(headers[0], headers[1..]);
        foreach (var row in rows)
        {
            table.Add([.. row.Select(cell => new Grid.Cell(cell))]);
        }

        table.WriteTo(terminal);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plain(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
}
