namespace Tint.Fixtures.Tests;

public sealed class ShippedCasesTests
{
    private static readonly FixtureManifest Manifest = FixtureManifest.Load(FixtureLocator.FindShipped());

    public static TheoryData<string> Ids => [.. Manifest.Cases.Select(fixture => fixture.Id)];

    [Fact]
    public void The_manifest_lists_151_cases() => Assert.Equal(151, Manifest.Cases.Count);

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
