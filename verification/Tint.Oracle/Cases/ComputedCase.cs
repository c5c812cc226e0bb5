using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Oracle.Judging;
using Tint.Properties.Saving;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Verification;
using Tint.Verification.Coordinates;
using Tint.Verification.Simulating;

namespace Tint.Oracle.Cases;

/// <summary>Computes a draft and writes it as a case: what the construction gives, its bounds, the simulation, exact gradients, intermediates.</summary>
internal static class ComputedCase
{
    private const string Extension = ".safetensors";

    private static readonly string[] Fields = ["id", "module", "file", "dtype", "config", "hf_config", "options"];

    /// <summary>Writes a case's file and returns its manifest entry.</summary>
    /// <param name="directory">The directory of the case files.</param>
    /// <param name="draft">What the case is about.</param>
    public static JsonObject Write(string directory, CaseDraft draft)
    {
        var config = FixtureFields.Config(draft.Configuration, draft.Module);
        if (draft.Configuration.Departures == Departures.Paper)
        {
            config["departures"] = "paper";
        }

        return Write(
            directory,
            new JsonObject
            {
                ["id"] = draft.Id,
                ["module"] = draft.Module,
                ["file"] = draft.Id + Extension,
                ["dtype"] = draft.DataType,
                ["config"] = config,
                ["hf_config"] = draft.ModelConfig is { } model ? JsonNode.Parse(model) : null,
                ["options"] = draft.Options.DeepClone(),
                ["constructed"] = new JsonArray(),
                ["notes"] = draft.Notes,
            },
            draft.Inputs);
    }

    /// <summary>Writes a case's file and returns its manifest entry.</summary>
    /// <param name="directory">The directory of the case files.</param>
    /// <param name="entry">The manifest entry without tensors and digest.</param>
    /// <param name="inputs">The inputs.</param>
    public static JsonObject Write(string directory, JsonObject entry, IReadOnlyList<SafetensorsTensor> inputs)
    {
        var path = Path.Combine(directory, entry["file"]!.GetValue<string>());
        var metadata = new Dictionary<string, string>
        {
            ["module"] = entry["module"]?.ToString() ?? string.Empty,
            ["config"] = entry["config"]!.ToJsonString(),
            ["options"] = entry["options"]!.ToJsonString(),
        };
        if (entry["hf_config"] is { } model)
        {
            metadata["hf_config"] = model.ToJsonString();
        }

        SafetensorsWriter.Write(path, inputs, metadata);
        var tensors = new List<SafetensorsTensor>(inputs);
        tensors.AddRange(Results(Entry(entry, path, inputs), directory));
        SafetensorsWriter.Write(path, tensors, metadata);
        return Entry(entry, path, tensors);
    }

    /// <summary>An entry as a case, which as a draft needs no expectation yet.</summary>
    public static FixtureCase Parse(JsonObject entry, string directory, bool isDraft)
    {
        var shown = entry.DeepClone().AsObject();
        if (shown["hf_config"] is null)
        {
            shown.Remove("hf_config");
        }

        if (isDraft)
        {
            shown["expected"] = new JsonArray("nothing yet");
        }

        using var document = JsonDocument.Parse(shown.ToJsonString());
        var parsed = FixtureCase.Read(document.RootElement, "a case", directory);
        return isDraft ? parsed with { Expected = [] } : parsed;
    }

    /// <summary>Everything that is computed from a case of inputs alone.</summary>
    private static List<SafetensorsTensor> Results(JsonObject entry, string directory)
    {
        var inputs = Parse(entry, directory, isDraft: true);
        using var tensors = inputs.Open();
        var isModel = inputs.Module == FixtureModules.WholeModel;

        // Naming a truth asks the exact model for all of them.
        var asked = inputs with { Expected = isModel ? [CaseTensors.TruePrefix["expected.".Length..] + "loss"] : [] };
        var type = inputs.DataType == "float32" ? SafetensorsDataType.F32 : SafetensorsDataType.F64;
        var reference = new CaseReference(asked, tensors);
        var results = new List<SafetensorsTensor>();
        var computed = reference.Computed(inputs.DataType);
        foreach (var (name, tensor) in computed.Where(item => item.Key.StartsWith("expected.", StringComparison.Ordinal) && !item.Key.Contains(".trace.", StringComparison.Ordinal)))
        {
            Add(name, tensor.Value);
            Add($"bound.{name["expected.".Length..]}", reference.Bound(
                new ReferenceTensor { Name = name, Kind = TensorKind.Listed, Value = tensor.Value, Computed = _ => tensor, Locate = _ => new Place([]) }, inputs.DataType));
        }

        if (isModel)
        {
            OfModel(reference.Model!);
        }
        else
        {
            OfModule(computed["expected.hidden_states"].Value);
        }

        return results;

        void OfModel(ModelReference model)
        {
            foreach (var (name, tensor) in ModelReference.Results(new Properties.Implementations.SimulationTint().Run(model.Configuration, model.Weights, model.Batch)))
            {
                Add($"simulated.{name["expected.".Length..]}", tensor);
                if (model.Exact(name) is { } exact)
                {
                    Add($"exact.{name["expected.".Length..]}", exact);
                }
            }

            foreach (var step in model.Intermediates)
            {
                Add($"trace.{step.Name}", step.Value);
                Add($"bound.trace.{step.Name}", new Tensor([1], [step.Computed(inputs.DataType).Bound!.Values[0]]));
            }
        }

        void OfModule(Tensor states)
        {
            var configuration = reference.Configuration!;
            foreach (var region in reference.Loaded.Regions)
            {
                Add($"simulated.{PartNames.Of(region.Name)}", ModuleReference.Natural(region with { Row = 0, Column = 0 }, Whole(region), configuration));
            }

            foreach (var (part, exact) in ModuleReference.Exact(reference))
            {
                Add($"exact.{PartNames.Of(part)}", exact);
            }

            Tensor Whole(SimulatedRegion region) => Tensor.Stack(region.Values);
        }

        void Add(string name, Tensor tensor) => results.Add(new SafetensorsTensor(
            name, type, [.. tensor.Shape.Select(size => (long)size)], tensor.Values.ToArray()));
    }

    /// <summary>The entry with the names of a file's tensors and its digest, in the order of manifests.</summary>
    private static JsonObject Entry(JsonObject entry, string path, IReadOnlyList<SafetensorsTensor> tensors)
    {
        var whole = new JsonObject();
        foreach (var name in Fields.Where(name => name != "hf_config" || entry[name] is not null))
        {
            whole[name] = entry[name]?.DeepClone();
        }

        whole["inputs"] = Names("input.");
        whole["expected"] = Names("expected.");
        whole["constructed"] = new JsonArray();
        whole["extra"] = new JsonArray([.. tensors
            .Where(tensor => !tensor.Name.StartsWith("input.", StringComparison.Ordinal) && !tensor.Name.StartsWith("expected.", StringComparison.Ordinal))
            .Select(tensor => (JsonNode)tensor.Name)]);
        whole["notes"] = entry["notes"]?.DeepClone();
        whole["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        return whole;

        JsonArray Names(string prefix) => new([.. tensors
            .Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(tensor => (JsonNode)tensor.Name[prefix.Length..])]);
    }
}
