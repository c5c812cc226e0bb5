using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;

namespace Tint.Verification.Tests.Support;

/// <summary>A directory with a copy of some shipped cases, to be tampered with; removed at the end.</summary>
internal sealed class FixtureCopy : IDisposable
{
    private readonly JsonObject _manifest;

    public FixtureCopy(params string[] ids)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("tint-").FullName;
        var shipped = Path.Combine(FixtureLocator.FindShipped(), FixtureManifest.FileName);
        _manifest = JsonNode.Parse(File.ReadAllText(shipped))!.AsObject();
        _manifest["cases"] = new JsonArray([.. Rows.Where(row => ids.Contains((string?)row["id"])).Select(row => row.DeepClone())]);
        foreach (var id in ids)
        {
            File.Copy(Shipped.Case(id).FilePath, FileOf(id));
        }

        Save();
    }

    public string Directory { get; }

    public IReadOnlyList<FixtureCase> Cases => FixtureManifest.Load(Directory).Cases;

    public CaseSelection Selection => new() { Chosen = Cases, All = Cases, Directory = Directory, Notes = FixtureNotes.Load(Directory) };

    private IEnumerable<JsonObject> Rows => _manifest["cases"]!.AsArray().Select(row => row!.AsObject());

    public string FileOf(string id) => Path.Combine(Directory, Shipped.Case(id).File);

    /// <summary>
    /// Multiplies the entry of largest magnitude of a tensor by a factor, writes the file anew and enters its hash in the manifest.
    /// </summary>
    /// <returns>The entry's place in row-major order.</returns>
    public int Scale(string id, string tensor, double factor)
    {
        var changed = -1;
        Rewrite(id, (name, values) =>
        {
            if (name == tensor)
            {
                changed = Array.IndexOf(values, values.MaxBy(Math.Abs));
                values[changed] *= factor;
            }
        });
        return changed;
    }

    /// <summary>Changes one entry of a tensor, a negative index counts from the end, writes the file anew and enters its hash in the manifest.</summary>
    public void Put(string id, string tensor, int index, Func<double, double> change) => Rewrite(id, (name, values) =>
    {
        if (name == tensor)
        {
            var place = index < 0 ? values.Length + index : index;
            values[place] = change(values[place]);
        }
    });

    /// <summary>Gives a case one more input of ones.</summary>
    public void AddInput(string id, string name, params int[] shape)
    {
        Rows.Single(row => (string?)row["id"] == id)["inputs"]!.AsArray().Add(name);
        var ones = Enumerable.Repeat(1.0, shape.Aggregate(1, static (count, size) => count * size)).ToArray();
        Rewrite(id, static (_, _) => { }, new SafetensorsTensor($"input.{name}", SafetensorsDataType.F64, [.. shape.Select(static size => (long)size)], ones));
    }

    /// <summary>Brings a case's shipped file back; the manifest keeps the hash of the changed one until the next change.</summary>
    public void Restore(string id) => File.Copy(Shipped.Case(id).FilePath, FileOf(id), overwrite: true);

    /// <summary>Lets a test edit the manifest.</summary>
    public void EditManifest(Action<JsonObject> edit)
    {
        edit(_manifest);
        Save();
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private void Rewrite(string id, Action<string, double[]> edit, params IReadOnlyList<SafetensorsTensor> more)
    {
        var path = FileOf(id);
        IReadOnlyDictionary<string, string> metadata;
        var tensors = new List<SafetensorsTensor>();
        using (var file = SafetensorsFile.Open(path))
        {
            metadata = file.Metadata;
            foreach (var entry in file.Tensors)
            {
                if (entry.DataType is { } type && !type.IsInteger())
                {
                    var values = file.ReadDoubles(entry.Name);
                    edit(entry.Name, values);
                    tensors.Add(new SafetensorsTensor(entry.Name, type, entry.Shape, values));
                }
                else
                {
                    tensors.Add(new SafetensorsTensor(entry.Name, entry.DataType!.Value, entry.Shape, file.ReadIntegers(entry.Name)));
                }
            }
        }

        SafetensorsWriter.Write(path, [.. tensors, .. more], metadata);
        Rows.Single(row => (string?)row["id"] == id)["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        Save();
    }

    private void Save() => File.WriteAllText(Path.Combine(Directory, FixtureManifest.FileName), _manifest.ToJsonString());
}
