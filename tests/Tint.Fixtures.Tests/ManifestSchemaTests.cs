using System.Text.Json.Nodes;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests;

public sealed class ManifestSchemaTests : IDisposable
{
    private static readonly Schema Schema = new("manifest.schema.json");

    private readonly SmallSet _set = new();

    public void Dispose() => _set.Dispose();

    [Fact]
    public void Accepts_the_shipped_manifest() =>
        Assert.True(Schema.Accepts(JsonNode.Parse(File.ReadAllText(Path.Combine(FixtureLocator.FindShipped(), FixtureManifest.FileName)))!));

    [Fact]
    public void Accepts_what_the_loader_accepts()
    {
        Assert.True(Schema.Accepts(_set.Manifest));
        Assert.Single(_set.Load().Cases);
    }

    [Theory]
    [MemberData(nameof(ManifestFault.Names), MemberType = typeof(ManifestFault))]
    public void Rejects_a_manifest_with(string fault)
    {
        ManifestFault.Named(fault).Break(_set.Manifest, _set.Case);
        Assert.False(Schema.Accepts(_set.Manifest));
    }

    [Fact]
    public void Knows_the_names_that_the_loader_knows()
    {
        var definitions = JsonNode.Parse(File.ReadAllText(Path.Combine(FixtureLocator.FindShipped(), "manifest.schema.json")))!["$defs"]!;
        Assert.Equal(FixtureModules.All, Names(definitions["case"]!, "module"));
        Assert.Equal(FixtureModules.DataTypes, Names(definitions["case"]!, "dtype"));
        Assert.Equal(FixtureModules.Families, Names(definitions["config"]!, "family"));
        Assert.Equal(FixtureModules.Activations, Names(definitions["config"]!, "activation"));
        Assert.Equal(FixtureModules.Losses, Names(definitions["config"]!, "loss"));
    }

    private static IEnumerable<string> Names(JsonNode definition, string property) =>
        definition["properties"]![property]!["enum"]!.AsArray().Select(name => name!.GetValue<string>());
}
