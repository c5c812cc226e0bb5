using Tint.Fixtures.Safetensors;
using Tint.Fixtures.Tests.Helpers;

namespace Tint.Fixtures.Tests;

public sealed class FixtureCaseTests : IDisposable
{
    private readonly SmallSet _set = new();

    public void Dispose() => _set.Dispose();

    [Fact]
    public void Opens_a_file_beside_the_manifest_and_reads_its_tensors()
    {
        using var tensors = _set.Load().Cases[0].Open();
        Assert.Equal(["x", "ids"], tensors.InputNames);
        Assert.Equal(["y"], tensors.ExpectedNames);
        Assert.Equal(["w"], tensors.ConstructedNames);
        Assert.True(tensors.HasInput("x") && tensors.HasExpected("y") && tensors.HasConstructed("w"));
        Assert.False(tensors.HasInput("y") || tensors.HasExpected("w") || tensors.HasConstructed("x"));
        var x = tensors.Input("x");
        Assert.Equal("x", x.Name);
        Assert.Equal([2, 1], x.Shape);
        Assert.Equal([1.5, -2.0], x.Values);
        Assert.False(x.IsInteger);
        Assert.Equal([0.25], tensors.Expected("y").Values);
        Assert.Equal([4.0], tensors.Constructed("w").Values);
        var ids = tensors.Input("ids");
        Assert.True(ids.IsInteger);
        Assert.Equal([7L, 8L], ids.Integers);
        Assert.Equal([7.0, 8.0], ids.Values);
    }

    [Fact]
    public void Opens_a_file_in_the_cases_folder()
    {
        Directory.CreateDirectory(_set.File(FixtureCase.CasesFolder));
        File.Move(_set.File(SmallSet.CaseFile), _set.File(Path.Combine(FixtureCase.CasesFolder, SmallSet.CaseFile)));
        using var tensors = _set.Load().Cases[0].Open();
        Assert.Equal([0.25], tensors.Expected("y").Values);
    }

    [Fact]
    public void Opens_a_float32_case()
    {
        _set.Case["dtype"] = "float32";
        _set.WriteCase([.. SmallSet.Tensors.Select(tensor => tensor.Doubles?.ToArray() is { } values
            ? new SafetensorsTensor(tensor.Name, SafetensorsDataType.F32, tensor.Shape, values)
            : tensor)]);
        using var tensors = _set.Load().Cases[0].Open();
        Assert.Equal([1.5, -2.0], tensors.Input("x").Values);
    }

    [Fact]
    public void Refuses_a_text_of_the_metadata_that_nobody_knows()
    {
        _set.WriteCase(metadata: new Dictionary<string, string>(_set.Metadata) { ["gate_scale"] = "5" });
        var exception = Assert.Throws<FixtureException>(() => _set.Load().Cases[0].Open());
        Assert.Equal("'gate_scale'", exception.Found);
        _set.WriteCase(metadata: new Dictionary<string, string>(_set.Metadata) { ["format"] = "pt" });
        _set.Load().Cases[0].Open().Dispose();
    }

    [Fact]
    public void Takes_numbers_of_the_metadata_that_are_written_differently()
    {
        var metadata = _set.Metadata;
        metadata["config"] = metadata["config"].Replace("1e-05", "0.00001", StringComparison.Ordinal).Replace("10.0", "10", StringComparison.Ordinal);
        Assert.NotEqual(_set.Metadata["config"], metadata["config"]);
        _set.WriteCase(metadata: metadata);
        using var tensors = _set.Load().Cases[0].Open();
        Assert.True(tensors.HasInput("x"));
    }

    [Fact]
    public void Rejects_integers_asked_of_floating_point_numbers()
    {
        using var tensors = _set.Load().Cases[0].Open();
        Refusal.Of(() => tensors.Input("x").Integers, "'x'", "must hold integers");
    }

    [Fact]
    public void Rejects_a_tensor_that_the_case_does_not_have()
    {
        using var tensors = _set.Load().Cases[0].Open();
        Refusal.Of(() => tensors.Input("z"), SmallSet.CaseFile, "'input.z'");
        Refusal.Of(() => tensors.Expected("z"), SmallSet.CaseFile, "'expected.z'");
        Refusal.Of(() => tensors.Constructed("z"), SmallSet.CaseFile, "'constructed.z'");
    }

    [Fact]
    public void Rejects_a_file_that_is_missing()
    {
        File.Delete(_set.File(SmallSet.CaseFile));
        Refusal.Of(Open, SmallSet.CaseFile, "readable");
    }

    [Fact]
    public void Rejects_a_file_of_which_one_bit_has_changed()
    {
        var bytes = File.ReadAllBytes(_set.File(SmallSet.CaseFile));
        bytes[^1] ^= 1;
        File.WriteAllBytes(_set.File(SmallSet.CaseFile), bytes);
        Refusal.Of(Open, $"{SmallSet.CaseFile}: the SHA-256 must be {_set.Case["sha256"]}");
    }

    [Theory]
    [InlineData("module", "LinearBackward", "the manifest's module, 'LinearForward'")]
    [InlineData("options", """{"din":3,"dout":3,"memory_index":8}""", "the manifest's options")]
    [InlineData("options", """{"din":3,"dout":3}""", "the manifest's options, MemoryIndex = 9; got MemoryIndex = ;")]
    [InlineData("options", """{"din":3,"dout":3,"memory_index":9,"stride":1}""", "'stride'")]
    [InlineData("options", "", "metadata 'options'")]
    [InlineData("config", "[]", "metadata 'config'")]
    [InlineData("module", null, "metadata must have 'module'")]
    [InlineData("config", null, "metadata must have 'config'")]
    [InlineData("options", null, "metadata must have 'options'")]
    public void Rejects_other_metadata_than_the_manifests(string key, string? text, string fragment)
    {
        var metadata = _set.Metadata;
        metadata.Remove(key);
        if (text is not null)
        {
            metadata[key] = text;
        }

        _set.WriteCase(metadata: metadata);
        Refusal.Of(Open, SmallSet.CaseFile, fragment);
    }

    [Fact]
    public void Rejects_another_config_in_the_metadata_than_in_the_manifest()
    {
        _set.Case["config"]!["inner_lr"] = 0.002;
        _set.Case["config"]!["layer_norm_bias_only"] = false;
        Refusal.Of(
            Open,
            SmallSet.CaseFile,
            "the manifest's config, InnerLr = 0.002, LayerNormBiasOnly = False; got InnerLr = 0.001, LayerNormBiasOnly = True;");
    }

    [Fact]
    public void Rejects_a_listed_tensor_that_the_file_lacks()
    {
        _set.Case["inputs"]!.AsArray().Add("z");
        Refusal.Of(Open, SmallSet.CaseFile, "no 'input.z'");
    }

    [Theory]
    [InlineData("input.z")]
    [InlineData("z")]
    public void Rejects_a_tensor_that_the_manifest_does_not_list(string name)
    {
        _set.WriteCase([.. SmallSet.Tensors, new SafetensorsTensor(name, SafetensorsDataType.F64, [], [1.0])]);
        Refusal.Of(Open, SmallSet.CaseFile, $"'{name}' unlisted");
    }

    [Fact]
    public void Rejects_numbers_kept_in_another_type_than_the_manifest_says()
    {
        _set.Case["dtype"] = "float32";
        Refusal.Of(Open, SmallSet.CaseFile, "a float32 case must keep its numbers as F32", "F64");
    }

    [Fact]
    public void Lets_go_of_a_file_that_it_refuses()
    {
        _set.Case["inputs"]!.AsArray().Add("z");
        Refusal.Of(Open, SmallSet.CaseFile);
        using var exclusive = new FileStream(_set.File(SmallSet.CaseFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(exclusive.CanWrite);
    }

    private FixtureTensors Open() => _set.Load().Cases[0].Open();
}
