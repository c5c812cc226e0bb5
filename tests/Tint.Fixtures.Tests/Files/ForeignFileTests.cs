using System.Text;
using Tint.Fixtures.Safetensors;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests.Files;

/// <summary>What people pass in place of a safetensors file or a manifest is named, with what to pass instead.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private const string Pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707\nsize 548105171\n";

    private const string Index = """
        {"metadata":{"total_size":1},
         "weight_map":{"lm_head.weight":"model-00002-of-00002.safetensors","wte.weight":"model-00001-of-00002.safetensors"}}
        """;

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<byte[], string, string> Weights { get; } = new()
    {
        { Encoding.UTF8.GetBytes(Pointer), "a Git LFS pointer", "git lfs pull" },
        { Encoding.UTF8.GetBytes(Index), "the index of a checkpoint in several files", "such as model-00002-of-00002.safetensors" },
        { Encoding.UTF8.GetBytes("""{"weight_map":{"a":"pytorch_model-00001-of-00002.bin"}}"""), "the index of a checkpoint", "the files that it names" },
        { [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Index)], "the index of a checkpoint", "the files that it names" },
        { Encoding.UTF8.GetBytes("""{"architectures":["GPT2LMHeadModel"],"model_type":"gpt2"}"""), "a model's configuration", "model.safetensors" },
        { Encoding.UTF8.GetBytes("""[1, 2, 3]"""), "a JSON document", "model.safetensors" },
        { Encoding.UTF8.GetBytes("{}"), "a JSON document", "model.safetensors" },
        { Encoding.UTF8.GetBytes("\r\n<!DOCTYPE html><html><body>404</body></html>"), "a web page", "download" },
        { Encoding.UTF8.GetBytes("<HTML>Sign in</HTML>"), "a web page", "download" },
        { Encoding.UTF8.GetBytes("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"), "an XML document", "download" },
        { Encoding.UTF8.GetBytes("PK\u0003\u0004\0\0\u0008\u0008 archive/data.pkl"), "a zip archive, such as a pytorch_model.bin", "safe_serialization" },
        { [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20], "a Python pickle", "safe_serialization" },
        { Encoding.UTF8.GetBytes("GGUF\u0003\0\0\0\0\0\0\0"), "a GGUF file", "safetensors" },
        { [0x89, .. "HDF\r\n"u8, 0x1A, 0x0A, 0], "an HDF5 file", "safetensors" },
        { [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], "a gzip archive", "unpack" },
        { new byte[100], "zeros", "fetch the file again" },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Weights))]
    public void Something_else_in_place_of_weights_is_named(byte[] content, string what, string instead)
    {
        var path = _directory.File("w.safetensors");
        File.WriteAllBytes(path, content);
        Refusal.Of(() => SafetensorsFile.Open(path), "w.safetensors: the file must be a safetensors file", $"got {what}", instead);
    }

    [Fact]
    public void A_case_file_that_was_not_fetched_is_named_before_its_hash()
    {
        using var set = new SmallSet();
        File.WriteAllText(set.File(SmallSet.CaseFile), Pointer);
        Refusal.Of(() => set.Load().Cases[0].Open(), "small.safetensors", "a Git LFS pointer");
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer")]
    [InlineData("<!doctype html>", "a web page")]
    public void Something_else_in_place_of_a_manifest_is_named(string content, string what)
    {
        File.WriteAllText(_directory.File("manifest.json"), content);
        Refusal.Of(() => FixtureManifest.Load(_directory.Path), "manifest.json: must be a JSON document", $"got {what}");
    }

    [Fact]
    public void A_manifest_in_UTF16_is_named()
    {
        using var set = new SmallSet();
        File.WriteAllText(set.File(FixtureManifest.FileName), set.Manifest.ToJsonString(), Encoding.Unicode);
        Refusal.Of(() => FixtureManifest.Load(set.Path), "manifest.json", "UTF-16", "save it as UTF-8");
    }

    [Fact]
    public void A_manifest_and_notes_may_come_from_an_editor_on_Windows()
    {
        using var set = new SmallSet();
        var options = new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\r\n" };
        File.WriteAllText(set.File(FixtureManifest.FileName), set.Manifest.ToJsonString(options), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        File.WriteAllText(
            set.File(FixtureNotes.FileName), "{\r\n\"format\":1,\"flags\":{},\"cases\":{}}\r\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(SmallSet.CaseId, Assert.Single(FixtureManifest.Load(set.Path).Cases).Id);
        Assert.Empty(FixtureNotes.Load(set.Path).Flags);
    }
}
