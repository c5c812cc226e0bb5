using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests;

public sealed class FixtureLocatorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Finds_the_repositorys_own_directory() =>
        Assert.True(File.Exists(Path.Combine(FixtureLocator.FindShipped(), "..", "Tint.Reference.sln")));

    [Fact]
    public void Finds_it_from_a_folder_below_and_tries_the_starts_in_turn()
    {
        var start = Directory.CreateDirectory(_directory.File("repository/deep/below")).FullName;
        Directory.CreateDirectory(_directory.File("repository/fixtures"));
        File.WriteAllText(_directory.File("repository/Tint.Reference.sln"), string.Empty);
        File.WriteAllText(_directory.File("repository/fixtures/manifest.json"), string.Empty);
        Assert.Equal(_directory.File("repository/fixtures"), FixtureLocator.FindShipped([_directory.Path, start]));
    }

    [Fact]
    public void Rejects_starts_outside_a_repository()
    {
        Directory.CreateDirectory(_directory.File("fixtures"));
        File.WriteAllText(_directory.File("fixtures/manifest.json"), string.Empty);
        Refusal.Of(() => FixtureLocator.FindShipped([_directory.Path]), "Tint.Reference.sln", _directory.Path);
    }
}
