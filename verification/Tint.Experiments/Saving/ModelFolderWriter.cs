using System.Text;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Families;

namespace Tint.Experiments.Saving;

/// <summary>Writes a model as a Hugging Face folder: <c>config.json</c>, <c>model.safetensors</c> and the tokenizer's files.</summary>
public static class ModelFolderWriter
{
    private const string Config = "config.json";
    private const string Weights = "model.safetensors";

    /// <summary>Requires a place to be a folder that is empty or does not exist.</summary>
    /// <param name="folder">The place.</param>
    /// <param name="allowed">A file that may lie there.</param>
    /// <exception cref="FixtureException">It holds something, or cannot be written.</exception>
    public static void Prepare(string folder, string? allowed = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry) != allowed)))
            {
                throw new FixtureException("a model must be written to a folder of its own", $"'{Printable.Name(folder)}', which holds something", "name another");
            }

            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
            File.WriteAllText(probe, string.Empty);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new FixtureException("a model's folder must be one that can be written", exception.Message, "name another", exception);
        }
    }

    /// <summary>Whether a folder has a whole model as <see cref="Write"/> leaves it: its weights are written last.</summary>
    public static bool HasModel(string folder) => File.Exists(Path.Combine(folder, Weights));

    /// <summary>Writes the files, the weights last, so that a folder with weights is whole.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="config">The text of <c>config.json</c>.</param>
    /// <param name="parameters">The parameters; each is rounded to float32.</param>
    /// <param name="others">The other files, by name.</param>
    /// <exception cref="FixtureException">A file cannot be written.</exception>
    public static void Write(string folder, string config, ParameterSet parameters, IReadOnlyDictionary<string, byte[]> others)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(others);
        using var document = System.Text.Json.JsonDocument.Parse(config);
        var model = FamilyCatalogue.Read(document.RootElement);
        try
        {
            foreach (var (name, bytes) in others.Append(KeyValuePair.Create(Config, Encoding.UTF8.GetBytes(config.TrimEnd() + "\n"))))
            {
                File.WriteAllBytes(Path.Combine(folder, name), bytes);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException("a model's files must be writable", exception.Message, "check the path and its room", exception);
        }

        SafetensorsWriter.Write(
            Path.Combine(folder, Weights),
            model.Export(parameters).Select(static tensor => new SafetensorsTensor(
                tensor.Key, SafetensorsDataType.F32, [.. tensor.Value.Shape.Select(static size => (long)size)], tensor.Value.Values.ToArray())),
            new Dictionary<string, string> { ["format"] = "pt" });
    }
}
