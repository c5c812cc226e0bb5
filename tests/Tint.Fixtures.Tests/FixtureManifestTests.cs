using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Xunit;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests;

public sealed class FixtureManifestTests : IDisposable
{
    private readonly SmallSet _set = new();

    public void Dispose() => _set.Dispose();

    [Fact]
    public void Reads_every_field()
    {
        var manifest = _set.Load();
        Assert.Equal(1, manifest.Format);
        Assert.Equal("a test", manifest.Source);
        Assert.Equal(_set.Path, manifest.Directory);
        var fixture = Assert.Single(manifest.Cases);
        Assert.Equal(SmallSet.CaseId, fixture.Id);
        Assert.Equal("LinearForward", fixture.Module);
        Assert.Equal(SmallSet.CaseFile, fixture.File);
        Assert.Equal("float64", fixture.DataType);
        Assert.Equal(["x", "ids"], fixture.Inputs);
        Assert.Equal(["y"], fixture.Expected);
        Assert.Equal(["w"], fixture.Constructed);
        Assert.Equal(string.Empty, fixture.Notes);
        Assert.Equal(64, fixture.Sha256.Length);
        Assert.Equal(_set.Path, fixture.Directory);
        Assert.Equal(new FixtureOptions { Din = 3, Dout = 3, MemoryIndex = 9 }, fixture.Options);
        Assert.Equal(
            new FixtureConfiguration
            {
                AuxHiddenSize = 3,
                AuxNumHeads = 1,
                AuxNumLayers = 1,
                AuxVocabSize = 2,
                AuxMaxPositions = 4,
                Activation = "relu",
                LayerNormEpsilon = 1e-5,
                HiddenSize = 12,
                NumHeads = 4,
                NumPrefixes = 1,
                InnerLr = 0.001,
                GateScale = 10,
                FiniteDifferenceScale = 1000,
                RestrictPrefixes = true,
                BackpropThroughAttention = true,
                NumSgdSteps = 1,
                NumTrainedLayers = 1,
                Loss = "cross_entropy",
                LayerNormBiasOnly = true,
            },
            fixture.Config);
    }

    [Fact]
    public void Reads_the_options_and_the_family_that_only_some_cases_have()
    {
        _set.Case["module"] = "TinT";
        _set.Case["config"]!["family"] = "opt";
        _set.Case["options"] = JsonNode.Parse("""{"num_heads": 2, "retain_output_gradient": true, "bias_only": false}""");
        var fixture = _set.Load().Cases[0];
        Assert.Equal("opt", fixture.Config.Family);
        Assert.Equal(new FixtureOptions { NumHeads = 2, RetainOutputGradient = true, BiasOnly = false }, fixture.Options);
    }

    [Theory]
    [MemberData(nameof(ManifestFault.Names), MemberType = typeof(ManifestFault))]
    public void Rejects_in_one_line_a_manifest_with(string fault)
    {
        var (_, breakIt, fragment) = ManifestFault.Named(fault);
        breakIt(_set.Manifest, _set.Case);
        Refusal.Of(_set.Load, "manifest.json", fragment);
    }

    [Fact]
    public void Names_the_case_that_is_wrong()
    {
        _set.Manifest["cases"]!.AsArray().Add(_set.Case.DeepClone());
        _set.Manifest["cases"]![1]!["id"] = "second";
        _set.Manifest["cases"]![1]!["config"]!["dropout"] = 0;
        Refusal.Of(_set.Load, "manifest.json: case 1 'second': config", "'dropout'");
    }

    [Fact]
    public void Rejects_an_id_that_two_cases_have()
    {
        _set.Manifest["cases"]!.AsArray().Add(_set.Case.DeepClone());
        Refusal.Of(_set.Load, "manifest.json", $"'{SmallSet.CaseId}' twice");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"format\":1,\"format\":1,\"source\":\"\",\"cases\":[]}")]
    [InlineData("{\"format\":1,\"source\":\"\\ud800\",\"cases\":[]}")]
    [InlineData("{\"format\":1,\"source\":\"\",\"cases\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}")]
    public void Rejects_a_file_that_is_not_one_strict_JSON_object(string text)
    {
        File.WriteAllText(_set.File(FixtureManifest.FileName), text);
        Refusal.Of(() => FixtureManifest.Load(_set.Path), "manifest.json", "JSON");
    }

    [Fact]
    public void Rejects_a_manifest_of_absurd_length_without_reading_it()
    {
        using (var stream = File.Create(_set.File(FixtureManifest.FileName)))
        {
            stream.SetLength(1L << 33);
        }

        Refusal.Of(() => FixtureManifest.Load(_set.Path), "manifest.json", "8589934592");
    }

    [Fact]
    public void Rejects_a_directory_without_a_manifest()
    {
        Refusal.Of(() => FixtureManifest.Load(_set.File("no")), "manifest.json", "readable");
        File.Delete(_set.File(FixtureManifest.FileName));
        Refusal.Of(() => FixtureManifest.Load(_set.Path), "manifest.json", "readable");
    }

    [Property(MaxTest = 300)]
    public void A_damaged_manifest_loads_or_is_refused_in_one_line(NonEmptyArray<(ushort Position, byte Value)> damage)
    {
        var bytes = Encoding.UTF8.GetBytes(_set.Manifest.ToJsonString());
        foreach (var (position, value) in damage.Get)
        {
            bytes[position % bytes.Length] = value;
        }

        File.WriteAllBytes(_set.File(FixtureManifest.FileName), bytes);
        var exception = Record.Exception(() => FixtureManifest.Load(_set.Path));
        if (exception is not null)
        {
            Assert.DoesNotContain('\n', Assert.IsType<FixtureException>(exception).Message);
        }
    }
}
