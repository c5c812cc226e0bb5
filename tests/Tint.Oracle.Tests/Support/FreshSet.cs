using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Oracle.Cases;
using Tint.Reference.Configuration;

namespace Tint.Oracle.Tests.Support;

/// <summary>A small set of fresh cases, made once for all tests.</summary>
[CollectionDefinition(Name)]
public sealed class FreshSet : ICollectionFixture<FreshSet>, IDisposable
{
    internal const string Name = "a set of fresh cases";

    private const int Seed = 5;

    private static readonly CaseShape Small = new(6, 2, 2, 8, 5);

    /// <summary>Makes the set.</summary>
    public FreshSet()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("tint-oracle-").FullName;
        Cases = Path.Combine(Directory, "cases of a test");
        CaseSetWriter.Write(Cases, [.. Drafts()], "a test", () => { }, CancellationToken.None);
        Manifest = FixtureManifest.Load(Cases);
    }

    internal string Directory { get; }

    internal string Cases { get; }

    internal FixtureManifest Manifest { get; }

    /// <inheritdoc/>
    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    internal FixtureCase Case(string id) => Manifest.Cases.Single(item => item.Id == id);

    /// <summary>A case's tensors, row-major, by full names.</summary>
    internal Dictionary<string, (int[] Shape, double[] Values)> Tensors(string id)
    {
        using var file = SafetensorsFile.Open(Case(id).FilePath);
        return file.Tensors.ToDictionary(entry => entry.Name, entry => (Array.ConvertAll([.. entry.Shape], size => (int)size), file.ReadDoubles(entry.Name)));
    }

    private static IEnumerable<Func<CaseDraft>> Drafts() =>
        ModuleSuite.Drafts(Small, "a", Seed, "float64", Departures.Published, options: false)
            .Concat(ModelSuite.Drafts(Small, string.Empty, AuxiliaryFamily.Gpt2, Seed, "float64", Departures.Published, count: 2))
            .Concat(ModelSuite.Drafts(Small, ".paper", AuxiliaryFamily.Opt, Seed, "float64", Departures.Paper, count: 1));
}
