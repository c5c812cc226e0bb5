using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Properties.Campaigns;
using Tint.Reference;
using Tint.Verification.Reports;

namespace Tint.Properties.Saving;

/// <summary>
/// Writes failing cases as fixtures: a safetensors file each and one manifest, which <c>tint verify --fixtures</c> reads. What a fixture expects
/// is the simulation's, so that it says which of two implementations is off.
/// </summary>
public static class FailureFiles
{
    private const string Source = "cases on which a law of TinT failed; expected values by the simulated gradient's closed forms";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    /// <summary>Writes the failures' smallest cases.</summary>
    /// <param name="directory">Where to; it is made if it is not there. A manifest of earlier failures is replaced.</param>
    /// <param name="failures">The failures, at least one.</param>
    /// <returns>The ids of the cases.</returns>
    /// <exception cref="RuleViolationException">There is no failure, or the directory has another set's manifest.</exception>
    public static IReadOnlyList<string> Save(string directory, IReadOnlyList<LawFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(failures);
        if (failures.Count == 0)
        {
            throw new RuleViolationException("there must be a failure to save", "none", "save only where a law failed");
        }

        Prove(directory);
        Directory.CreateDirectory(directory);
        var files = new List<AtomicFile>();
        try
        {
            var ids = Write(directory, failures, files);
            files.ForEach(file => file.Commit());
            return ids;
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>Writes everything to memory first, the manifest last: nothing is in its place before all of it is there to be put there.</summary>
    private static string[] Write(string directory, IReadOnlyList<LawFailure> failures, List<AtomicFile> files)
    {
        JsonObject[] cases = [.. failures.SelectMany(failure => Write(directory, failure, files))];
        var root = new JsonObject
        {
            ["format"] = FixtureManifest.KnownFormat,
            ["source"] = Source,
            ["cases"] = new JsonArray([.. cases]),
        };
        var manifest = Open(directory, FixtureManifest.FileName, files);
        manifest.Write(Encoding.UTF8.GetBytes(root.ToJsonString(Layout) + "\n"));
        return [.. cases.Select(item => item["id"]!.GetValue<string>())];
    }

    /// <summary>Proves that failures can be saved in a directory, before long work begins; nothing is left there.</summary>
    /// <exception cref="RuleViolationException">The directory has another set's manifest, or is none.</exception>
    /// <exception cref="FixtureException">Nothing can be written there.</exception>
    public static void Prove(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (File.Exists(Path.Combine(directory, FixtureManifest.FileName)) && FixtureManifest.Load(directory).Source != Source)
        {
            throw new RuleViolationException("failures must go to a directory of their own", $"another manifest in '{directory}'", "name another directory");
        }

        var existing = Path.GetFullPath(directory);
        while (!Path.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!;
        }

        if (!Directory.Exists(existing))
        {
            throw new RuleViolationException("failures must go to a directory", $"the file '{existing}'", "name another directory");
        }

        using var proof = AtomicFile.Open(Path.Combine(existing, FixtureManifest.FileName));
    }

    private static IEnumerable<JsonObject> Write(string directory, LawFailure failure, List<AtomicFile> files)
    {
        var (law, item) = (failure.Law, FixtureForm.Of(failure.Shrunk.Case));
        var stem = $"{law.Subject}.{law.Label}.{failure.Seed}.{failure.Index}";
        var notes = $"{law}: {law.Statement} Broken by {failure.Implementation}; {failure.Command}";
        var origin = SavedFailure.Of(failure);
        if (law.Subject != FixtureModules.WholeModel)
        {
            yield return Write(directory, stem, SavedModule.Of(law.Subject, item), notes, origin, files);
            yield break;
        }

        for (var index = 0; index < item.Batch.Count; index++)
        {
            yield return Write(directory, $"{stem}.{index}", SavedModel.Of(item, index), notes, origin, files);
        }
    }

    private static JsonObject Write(
        string directory, string id, SavedCase saved, string notes, SavedFailure origin, List<AtomicFile> files)
    {
        var (file, config) = ($"{id}.safetensors", FixtureFields.Config(saved.Configuration, saved.Module));
        var stream = Open(directory, file, files);
        SafetensorsWriter.Write(stream, file, saved.Tensors, new Dictionary<string, string>(origin.Fields())
        {
            ["module"] = saved.Module,
            ["config"] = config.ToJsonString(),
            ["options"] = saved.Options.ToJsonString(),
        });
        return new JsonObject
        {
            ["id"] = id,
            ["module"] = saved.Module,
            ["file"] = file,
            ["dtype"] = "float64",
            ["config"] = config,
            ["options"] = saved.Options,
            ["inputs"] = Names(saved, "input."),
            ["expected"] = Names(saved, "expected."),
            ["constructed"] = new JsonArray(),
            ["notes"] = notes,
            ["sha256"] = Convert.ToHexStringLower(Hash(stream)),
        };
    }

    private static Stream Open(string directory, string file, List<AtomicFile> files)
    {
        files.Add(AtomicFile.Open(Path.Combine(directory, file)));
        return files[^1].Stream;
    }

    private static byte[] Hash(Stream stream)
    {
        stream.Position = 0;
        return SHA256.HashData(stream);
    }

    private static JsonArray Names(SavedCase saved, string prefix) => new([.. saved.Tensors
        .Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(tensor => (JsonNode)tensor.Name[prefix.Length..])]);
}
