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
    public void Finds_it_from_a_folder_below_and_tries_the_places_in_turn()
    {
        var (repository, other, program, package) = (Repository("repository"), Repository("other"), Cases("program/fixtures"), Cases("package"));
        var (below, here) = (Folder("repository/deep/below"), Folder("elsewhere"));
        var (beside, within) = (Path.GetDirectoryName(program)!, Folder("other/bin"));
        Assert.Equal(repository, FixtureLocator.FindShipped(below, beside, package));
        Assert.Equal(program, FixtureLocator.FindShipped(here, beside, package));
        Assert.Equal(other, FixtureLocator.FindShipped(here, within, package));
        Assert.Equal(package, FixtureLocator.FindShipped(here, here, package));
    }

    [Fact]
    public void Rejects_places_without_cases()
    {
        Cases("fixtures");
        var here = Folder("elsewhere");
        Refusal.Of(() => FixtureLocator.FindShipped(here, here, null), "Tint.Reference.sln", here);
        Refusal.Of(() => FixtureLocator.FindShipped(here, here, _directory.File("gone")), "Tint.Reference.sln", here);
    }

    private string Repository(string name)
    {
        Folder(name);
        File.WriteAllText(_directory.File($"{name}/Tint.Reference.sln"), string.Empty);
        return Cases($"{name}/fixtures");
    }

    private string Cases(string name)
    {
        var folder = Folder(name);
        File.WriteAllText(Path.Combine(folder, "manifest.json"), string.Empty);
        return folder;
    }

    private string Folder(string name) => Directory.CreateDirectory(_directory.File(name)).FullName;
}
