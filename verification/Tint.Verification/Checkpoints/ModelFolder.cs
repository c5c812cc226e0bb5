using System.Text.Json;
using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Reference;
using Tint.Reference.Families;

namespace Tint.Verification.Checkpoints;

/// <summary>
/// A model as a Hugging Face repository holds it: <c>config.json</c>, and its weights in one safetensors file, in several with an index, or the same as
/// PyTorch saves them. Where both formats are there, safetensors is read.
/// </summary>
public sealed class ModelFolder : IDisposable
{
    private const string ConfigFile = "config.json";
    private static readonly string[] Weights = ["model.safetensors", "pytorch_model.bin"];

    private ModelFolder(FamilyConfiguration model, Checkpoint tensors) => (Model, Tensors) = (model, tensors);

    /// <summary>What the model computes, and what its tensors are called.</summary>
    public FamilyConfiguration Model { get; }

    /// <summary>The tensors, read on demand.</summary>
    public Checkpoint Tensors { get; }

    /// <summary>Opens a folder; no tensor is read.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FixtureException">A file is missing, not readable, or breaks a rule of its format.</exception>
    /// <exception cref="RuleViolationException">The model cannot be simulated, or the weights are not those that their index names.</exception>
    public static ModelFolder Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new FixtureException(
                $"a model must be a folder with {ConfigFile} and its weights", $"no folder '{Printable.Name(folder)}'", "check the path");
        }

        var model = JsonFile.Read(Path.Combine(folder, ConfigFile), static (root, _) => FamilyCatalogue.Read(root));
        foreach (var name in Weights)
        {
            var (whole, index) = (Path.Combine(folder, name), Path.Combine(folder, $"{name}.index.json"));
            if (File.Exists(whole))
            {
                return new ModelFolder(model, new Checkpoint([whole]));
            }

            if (File.Exists(index))
            {
                return new ModelFolder(model, Sharded(folder, JsonFile.Read(index, WeightMap)));
            }
        }

        throw new FixtureException(
            $"a model's folder must hold {string.Join(" or ", Weights)}, or the index of one in several files",
            "none of them",
            "download the weights as well");
    }

    /// <summary>Reads every parameter, and accounts for each tensor in the files.</summary>
    /// <exception cref="RuleViolationException">A tensor is missing, misshapen or not finite, or has no place in the model.</exception>
    public ParameterSet Read() => Model.Import(Tensors);

    /// <summary>Closes the files.</summary>
    public void Dispose() => Tensors.Dispose();

    private static Checkpoint Sharded(string folder, IReadOnlyDictionary<string, string> index)
    {
        string[] files = [.. index.Values.Distinct(StringComparer.Ordinal)];
        if (files.FirstOrDefault(file => file != Path.GetFileName(file) || file is "" or "." or "..") is { } elsewhere)
        {
            throw new RuleViolationException(
                "the files of a checkpoint must lie beside their index", $"'{Printable.Name(elsewhere)}'", "fetch the index again");
        }

        var checkpoint = new Checkpoint(files.Select(file => Path.Combine(folder, file)));
        try
        {
            checkpoint.CheckIndex(files, index);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string> WeightMap(JsonElement root, string where)
    {
        var fields = new JsonFields(root, where);
        if (fields.Has("metadata"))
        {
            // The number of bytes, and whatever else was noted when the files were written.
            fields.Element("metadata");
        }

        var map = fields.Element("weight_map");
        fields.Done();
        var names = new JsonFields(map, $"{where}: weight_map");
        return names.Rest.ToArray().ToDictionary(name => name, names.Text, StringComparer.Ordinal);
    }
}
