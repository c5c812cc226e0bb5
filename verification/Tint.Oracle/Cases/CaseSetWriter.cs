using System.Text.Json;
using System.Text.Json.Nodes;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Oracle.Cases;

/// <summary>Writes a set of cases: files first, the manifest last, so that a folder with a manifest is whole.</summary>
internal static class CaseSetWriter
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Proves that a folder can take a set: it does not exist yet, or is empty.</summary>
    /// <exception cref="RuleViolationException">It holds something, or is a file.</exception>
    public static void Prove(string directory)
    {
        if (File.Exists(directory))
        {
            throw new RuleViolationException("cases must go to a folder", $"the file '{Printable.Name(directory)}'", "name a new folder");
        }

        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new RuleViolationException("cases must go to a folder of their own", $"'{Printable.Name(directory)}' with files in it", "name a new or an empty folder");
        }
    }

    /// <summary>Computes and writes cases. What was written is removed again if anything fails or the run is cancelled.</summary>
    /// <param name="directory">The folder, made if it is not there.</param>
    /// <param name="drafts">The cases.</param>
    /// <param name="source">Where the numbers come from, in words.</param>
    /// <param name="ended">Called after each case, from several threads.</param>
    /// <param name="token">Cancels the run.</param>
    /// <returns>How many cases there are.</returns>
    public static int Write(string directory, IReadOnlyList<Func<CaseDraft>> drafts, string source, Action ended, CancellationToken token)
    {
        Prove(directory);
        var isNew = !Directory.Exists(directory);
        var files = Path.Combine(directory, FixtureCase.CasesFolder);
        Directory.CreateDirectory(files);
        try
        {
            var entries = new JsonObject[drafts.Count];
            Parallel.For(0, drafts.Count, new ParallelOptions { CancellationToken = token }, index =>
            {
                entries[index] = ComputedCase.Write(files, drafts[index]());
                ended();
            });
            var root = new JsonObject
            {
                ["format"] = FixtureManifest.KnownFormat,
                ["source"] = source,
                ["cases"] = new JsonArray([.. entries]),
            };
            var path = Path.Combine(directory, FixtureManifest.FileName);
            File.WriteAllText(path + ".tmp", root.ToJsonString(Layout) + "\n");
            File.Move(path + ".tmp", path);
            return entries.Length;
        }
        catch
        {
            Directory.Delete(files, recursive: true);
            if (isNew)
            {
                Directory.Delete(directory, recursive: true);
            }

            throw;
        }
    }
}
