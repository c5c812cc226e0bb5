using System.Security.Cryptography;
using System.Text.Json;

namespace Tint.Fixtures.Tests;

public sealed class ShippedCasesTests
{
    private static readonly FixtureManifest Manifest = FixtureManifest.Load(FixtureLocator.FindShipped());

    public static TheoryData<string> Ids => [.. Manifest.Cases.Select(fixture => fixture.Id)];

    [Fact]
    public void The_manifest_is_the_one_that_was_exported()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Manifest.Directory, FixtureManifest.FileName));
        Assert.Equal("34f15e09c83ab339b17e8dbc6e34967cf13d93952433f434b6b43f48d0649d22", Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>The cases that fixtures/export/cases.json specifies, beside those that came first.</summary>
    [Fact]
    public void Cases_exported_later_are_those_of_their_specification()
    {
        using var specification = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Manifest.Directory, "export", "cases.json")));
        string[] specified = [.. specification.RootElement.GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
        Assert.NotEmpty(specified);
        Assert.Equal(specified, Manifest.Cases.TakeLast(specified.Length).Select(item => item.Id));
    }

    [Fact]
    public void Every_file_in_the_cases_folder_is_listed()
    {
        var files = Directory.GetFiles(Path.Combine(Manifest.Directory, FixtureCase.CasesFolder)).Select(Path.GetFileName);
        Assert.Equal(Manifest.Cases.Select(fixture => fixture.File).Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Opens_with_the_listed_hash_metadata_and_tensors(string id)
    {
        using var tensors = Manifest.Cases.Single(fixture => fixture.Id == id).Open();
        Assert.All(tensors.InputNames, name => AssertFull(tensors.Input(name)));
        Assert.All(tensors.ExpectedNames, name => AssertFull(tensors.Expected(name)));
        Assert.All(tensors.ConstructedNames, name => AssertFull(tensors.Constructed(name)));
    }

    private static void AssertFull(FixtureTensor tensor)
    {
        Assert.Equal(tensor.Shape.Aggregate(1, (product, size) => product * size), tensor.Values.Length);
        Assert.NotEmpty(tensor.Values);
        Assert.All(tensor.Values, value => Assert.True(double.IsFinite(value)));
    }
}
