using System.Diagnostics;
using System.Net.Sockets;
using Tint.Fixtures.Files;
using Tint.Fixtures.Safetensors;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.Files;

/// <summary>Whatever a path leads to, reading it ends at once: with the file's content or with one line.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_folder_is_named_with_what_lies_in_it()
    {
        var folder = Directory.CreateDirectory(_directory.File("model")).FullName;
        Refusal.Of(() => SafetensorsFile.Open(folder), "model: the path must name a safetensors file; got a folder; pass a file");
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), string.Empty);
        Refusal.Of(() => SafetensorsFile.Open(folder), "got a folder; pass a file in it, such as model.safetensors");
        Refusal.Of(() => SafetensorsFile.Open($"{folder}/"), "got a folder");
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("notes.json")]
    public void A_folder_in_place_of_a_document_is_named(string name)
    {
        Directory.CreateDirectory(_directory.File(name));
        Refusal.Of(() => Load(name), $"{name}: the path must name a JSON document; got a folder");
    }

    [Fact]
    public void A_manifest_that_is_named_in_place_of_its_folder_is_told_so()
    {
        using var set = new SmallSet();
        Refusal.Of(() => FixtureManifest.Load(set.File("manifest.json")), "the folder of a manifest must be named", "a file", "pass its folder");
        Refusal.Of(() => FixtureManifest.Load(set.File("none")), "manifest.json", "no such file");
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/dev/random")]
    public void A_device_is_not_read(string device)
    {
        if (!File.Exists(device))
        {
            return;
        }

        Refusal.Of(() => SafetensorsFile.Open(device), "must name a safetensors file; got 0 bytes", "a device");
        foreach (var name in new[] { "manifest.json", "notes.json" })
        {
            File.CreateSymbolicLink(_directory.File(name), device);
            Refusal.Of(() => Load(name), $"{name}: the path must name a JSON document; got 0 bytes");
        }
    }

    [Fact]
    public void A_pipe_and_a_socket_are_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var pipe = _directory.File("pipe");
        using (var make = Process.Start("mkfifo", [pipe]))
        {
            make.WaitForExit();
        }

        Refusal.Of(() => SafetensorsFile.Open(pipe), "pipe: the path must name a safetensors file; got 0 bytes", "a pipe");
        File.CreateSymbolicLink(_directory.File("manifest.json"), pipe);
        Refusal.Of(() => Load("manifest.json"), "manifest.json: the path must name a JSON document; got 0 bytes");

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_directory.File("socket")));
        Refusal.Of(() => SafetensorsFile.Open(_directory.File("socket")), "got 0 bytes");
    }

    [Fact]
    public void Links_are_followed_and_loops_and_dead_ends_are_not()
    {
        using var set = new SmallSet();
        var link = Directory.CreateSymbolicLink(_directory.File("link"), set.Path).FullName;
        Assert.Single(FixtureManifest.Load(link).Cases);
        File.CreateSymbolicLink(_directory.File("file"), set.File(SmallSet.CaseFile));
        SafetensorsFile.Open(_directory.File("file")).Dispose();

        File.CreateSymbolicLink(_directory.File("notes.json"), _directory.File("nothing"));
        Refusal.Of(() => Load("notes.json"), "notes.json: the file must be readable; got no such file");
        File.CreateSymbolicLink(_directory.File("manifest.json"), _directory.File("manifest.json"));
        Refusal.Of(() => Load("manifest.json"), "manifest.json: the file must be readable");
    }

    [Fact]
    public void An_empty_and_a_huge_document_are_refused_by_their_size()
    {
        var path = _directory.File("manifest.json");
        File.WriteAllText(path, string.Empty);
        Refusal.Of(() => Load("manifest.json"), "got 0 bytes: an empty file");
        using (var file = File.Create(path))
        {
            file.SetLength(1L << 40);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refusal.Of(() => Load("manifest.json"), "manifest.json: the file must be at most 67108864 bytes long; got 1099511627776");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_huge_case_file_is_not_hashed()
    {
        using var set = new SmallSet();
        var manifest = set.Load();
        using (var file = File.OpenWrite(set.File(SmallSet.CaseFile)))
        {
            file.SetLength(1L << 40);
        }

        Refusal.Of(() => manifest.Cases[0].Open(), "small.safetensors: a file with a listed SHA-256 must be at most 4294967296 bytes long");
    }

    [Fact]
    public void Reasons_are_words()
    {
        Assert.Equal("no such file", RegularFile.Reason(new FileNotFoundException()));
        Assert.Equal("no such file", RegularFile.Reason(new DirectoryNotFoundException()));
        Assert.Equal("no permission", RegularFile.Reason(new UnauthorizedAccessException()));
        Assert.Equal("a path that is too long", RegularFile.Reason(new PathTooLongException()));
        Assert.Equal("a path that no file can have", RegularFile.Reason(new ArgumentException("x", "path")));
    }

    private object Load(string name) => name == FixtureManifest.FileName
        ? FixtureManifest.Load(_directory.Path)
        : FixtureNotes.Load(_directory.Path);
}
