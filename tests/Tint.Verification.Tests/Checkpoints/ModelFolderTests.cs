using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Families;
using Tint.Verification.Checkpoints;

namespace Tint.Verification.Tests.Checkpoints;

/// <summary>Folders as they are downloaded; the weights of Data were written by PyTorch 1.13, in float16, bfloat16, float32 and float64.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("tint-model-").FullName;

    public static TheoryData<string> Formats => ["whole-safetensors", "whole-pytorch", "sharded-safetensors", "sharded-pytorch"];

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_format_gives_the_same_parameters(string format)
    {
        using var reference = ModelFolder.Open(Data("whole-safetensors"));
        using var folder = ModelFolder.Open(Data(format));
        var (expected, read) = (reference.Read(), folder.Read());

        Assert.Equal("llama", folder.Model.ModelType);
        Assert.Equal(12, read.Names.Count);
        Assert.All(expected.Names, name => Assert.Equal(expected[name], read[name]));
        AssertStreamed(folder, read);
        Assert.True(double.IsFinite(folder.Model.Exact(read, new FamilyInput([3, 4, 5])).Logits.L2Norm()));
    }

    [Fact]
    public void Shipped_auxiliary_cases_read_back_from_a_folder_with_their_loss()
    {
        var manifest = FixtureManifest.Load(Path.Combine(FixtureLocator.FindShipped(), FixtureLocator.AuxiliaryFolder));
        foreach (var fixture in manifest.Cases.DistinctBy(item => item.Id.Split('.')[1]))
        {
            using var tensors = fixture.Open();
            File.WriteAllText(Path.Combine(_copy, "config.json"), fixture.ModelConfig);
            const string prefix = "aux.";
            SafetensorsWriter.Write(Path.Combine(_copy, "model.safetensors"), [
                .. tensors.InputNames.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name =>
                    new SafetensorsTensor(name[prefix.Length..], SafetensorsDataType.F64, [.. tensors.Input(name).Shape.Select(size => (long)size)], tensors.Input(name).Values)),
            ]);

            using var folder = ModelFolder.Open(_copy);
            var parameters = folder.Read();
            AssertStreamed(folder, parameters);
            var (ids, masks, encoder) = (tensors.Input("input_ids"), tensors.Input("train_mask"), fixture.Id.Contains("t5", StringComparison.Ordinal) ? tensors.Input("encoder_input_ids") : null);
            var loss = Enumerable.Range(0, ids.Shape[0]).Sum(b => ExactLogits.CrossEntropy(
                folder.Model.Exact(parameters, new FamilyInput(Row(ids, b), encoder is null ? null : Row(encoder, b))).Logits,
                Row(ids, b),
                [.. masks.Values.Skip(b * masks.Shape[1]).Take(masks.Shape[1])]).Loss);
            Assert.Equal(tensors.Expected("true.loss").Values[0], loss, 1e-12 * loss);
        }
    }

    [Fact]
    public void A_streamed_layer_that_is_not_finite_is_named_when_it_is_read()
    {
        using (var whole = ModelFolder.Open(Data("whole-safetensors")))
        {
            var broken = whole.Read();
            broken["layers.0.mlp.outer.weight"].At(0, 0, double.NaN);
            File.Copy(Path.Combine(Data("whole-safetensors"), "config.json"), Path.Combine(_copy, "config.json"));
            SafetensorsWriter.Write(Path.Combine(_copy, "model.safetensors"), whole.Model.Export(broken).Select(static tensor => new SafetensorsTensor(
                tensor.Key, SafetensorsDataType.F64, [.. tensor.Value.Shape.Select(static size => (long)size)], tensor.Value.Values.ToArray())));
        }

        using var folder = ModelFolder.Open(_copy);
        var weights = folder.Stream();
        Assert.Contains("mlp.down_proj.weight", Assert.Throws<RuleViolationException>(() => weights.Layers[0]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.layers.0.mlp.up_proj.weight", "model-00001-of-00002.safetensors", "must name the file of every tensor")]
    [InlineData("model.layers.0.mlp.up_proj.weight", "../evil.safetensors", "must lie beside their index")]
    [InlineData("model.layers.7.mlp.up_proj.weight", "model-00002-of-00002.safetensors", "no model.layers.7")]
    [InlineData("model.norm.weight", "none.safetensors", "none.safetensors")]
    public void An_index_that_says_something_else_than_its_files_is_refused(string tensor, string file, string named)
    {
        Copy("sharded-safetensors");
        var index = Path.Combine(_copy, "model.safetensors.index.json");
        var node = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(index))!;
        node["weight_map"]![tensor] = file;
        File.WriteAllText(index, node.ToJsonString());

        var refusal = Assert.ThrowsAny<Exception>(() => ModelFolder.Open(_copy).Dispose());

        Assert.True(refusal is RuleViolationException or FixtureException, $"{refusal}");
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_from_a_folder_is_said()
    {
        Assert.Contains("no folder", Assert.Throws<FixtureException>(() => ModelFolder.Open(Path.Combine(_copy, "none"))).Message, StringComparison.Ordinal);
        Assert.Contains("config.json", Assert.Throws<FixtureException>(() => ModelFolder.Open(_copy)).Message, StringComparison.Ordinal);
        Copy("whole-pytorch");
        File.Delete(Path.Combine(_copy, "pytorch_model.bin"));
        Assert.Contains("model.safetensors", Assert.Throws<FixtureException>(() => ModelFolder.Open(_copy)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_copy, "pytorch_model.bin"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        Assert.Contains("Git LFS pointer", Assert.Throws<FixtureException>(() => ModelFolder.Open(_copy)).Message, StringComparison.Ordinal);
    }

    private static int[] Row(FixtureTensor tensor, int row) =>
        [.. tensor.Values.Skip(row * tensor.Shape[1]).Take(tensor.Shape[1]).Select(value => (int)value)];

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "Checkpoints", "Data", name);

    private static void AssertStreamed(ModelFolder folder, ParameterSet read)
    {
        var streamed = folder.Stream();
        Assert.IsType<StreamedLayers>(streamed.Layers);
        var (expected, found) = (folder.Model.Parameters(folder.Model.Weights(read)), folder.Model.Parameters(streamed));
        Assert.Equal(expected.Names, found.Names);
        Assert.All(expected.Names, name => Assert.Equal(expected[name], found[name]));
    }

    private void Copy(string name)
    {
        foreach (var file in Directory.GetFiles(Data(name)))
        {
            File.Copy(file, Path.Combine(_copy, Path.GetFileName(file)), overwrite: true);
        }
    }
}
