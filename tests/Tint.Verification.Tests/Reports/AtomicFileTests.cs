using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Verification.Reports;

namespace Tint.Verification.Tests.Reports;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    private string Target => Path.Combine(_directory, "report.json");

    [Fact]
    public void Appears_with_its_content_when_committed()
    {
        File.WriteAllText(Target, "old");
        using (var file = AtomicFile.Open(Target))
        {
            file.Stream.Write("new"u8);
            Assert.Equal("old", File.ReadAllText(Target));
            file.Commit();
        }

        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void Leaves_nothing_behind_when_not_committed()
    {
        using (var file = AtomicFile.Open(Target))
        {
            file.Stream.Write("new"u8);
        }

        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void Writes_through_a_symbolic_link_and_keeps_the_link()
    {
        var link = Path.Combine(_directory, "link.json");
        File.WriteAllText(Target, "old");
        File.CreateSymbolicLink(link, Target);
        using (var file = AtomicFile.Open(link))
        {
            file.Stream.Write("new"u8);
            file.Commit();
        }

        Assert.NotNull(File.ResolveLinkTarget(link, returnFinalTarget: false));
        Assert.Equal("new", File.ReadAllText(Target));
    }

    /// <summary>A report or a checkpoint that a group may read, or that nobody else may, stays so when it is written again.</summary>
    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.UserExecute)]
    public void A_file_that_is_replaced_keeps_its_mode(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(Target, mode);
        using (var file = AtomicFile.Open(Target))
        {
            file.Stream.Write("new"u8);
            file.Commit();
        }

        Assert.Equal(("new", mode), (File.ReadAllText(Target), File.GetUnixFileMode(Target)));
        SafetensorsWriter.Write(Target, [new SafetensorsTensor("x", SafetensorsDataType.F64, [1], new double[] { 1 })]);
        Assert.Equal(mode, File.GetUnixFileMode(Target));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void Refuses_a_directory() => Refuses(_directory);

    [Fact]
    public void Refuses_a_place_in_a_folder_that_does_not_exist() => Refuses(Path.Combine(_directory, "none", "report.json"));

    [Fact]
    public void Refuses_an_empty_name() => Refuses(string.Empty);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void Refuses(string path)
    {
        var exception = Assert.Throws<FixtureException>(() => AtomicFile.Open(path));
        Assert.Equal($"'{path}' must be a file that can be written", exception.Rule);
    }
}
