using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Keeping;
using Tint.Reference.Simulation;
using Tint.Verification.Benchmarks;
using Tint.Verification.Checkpoints;

namespace Tint.Verification.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tint-").FullName;

    public static TheoryData<AuxiliaryFamily, SafetensorsDataType, bool> Kinds { get; } = new()
    {
        { AuxiliaryFamily.Gpt2, SafetensorsDataType.F32, false },
        { AuxiliaryFamily.Gpt2, SafetensorsDataType.BF16, true },
        { AuxiliaryFamily.Opt, SafetensorsDataType.F16, true },
        { AuxiliaryFamily.Opt, SafetensorsDataType.F64, false },
    };

    /// <summary>A step on a checkpoint that is read layer by layer gives the bits of a step on the same checkpoint in memory.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_streamed_checkpoint_trains_like_one_in_memory(AuxiliaryFamily family, SafetensorsDataType type, bool bare)
    {
        var configuration = BenchShapes.Tiny with { Auxiliary = BenchShapes.Tiny.Auxiliary with { Family = family } };
        var tensors = HuggingFaceWeights.Export(AuxiliaryWeights.Random(configuration.Auxiliary, seed: 1));
        var names = tensors.Keys.Order(StringComparer.Ordinal).ToArray();
        string[] paths = [Write("a", tensors, names[..9], type, bare), Write("b", tensors, names[9..], type, bare)];
        using var checkpoint = new Checkpoint(paths);
        Assert.Equal(tensors.Count, checkpoint.Names.Count);
        var inMemory = HuggingFaceWeights.Import(configuration.Auxiliary, checkpoint.Names.ToDictionary(name => name, checkpoint.Read));
        var streamed = HuggingFaceWeights.Stream(configuration.Auxiliary, checkpoint);
        var sequence = RandomInput.Sequence(configuration.Auxiliary, 16, seed: 2);
        using var file = new ScratchStore(NumberFormat.Binary64, _directory);
        var expected = new SimulatedTint(configuration, inMemory).Run(sequence);
        var got = new SimulatedTint(configuration, streamed) { Storage = new PassStorage { Weights = file } }.Run(sequence);
        Assert.Equal(expected.Logits, got.Logits);
        Assert.NotEqual(expected.OriginalLogits, got.Logits);
        Assert.Equal(AuxiliaryWeightsAlgebra.Flatten(expected.UpdatedWeights), AuxiliaryWeightsAlgebra.Flatten(got.UpdatedWeights));
    }

    [Fact]
    public void Integers_are_no_parameter()
    {
        var tensors = HuggingFaceWeights.Export(AuxiliaryWeights.Random(BenchShapes.Tiny.Auxiliary, seed: 1));
        var path = Path.Combine(_directory, "quantised.safetensors");
        SafetensorsWriter.Write(path, tensors.Select(static pair => pair.Key == "transformer.wte.weight"
            ? new SafetensorsTensor(pair.Key, SafetensorsDataType.I32, [.. pair.Value.Shape.Select(static size => (long)size)], new long[pair.Value.Shape[0] * pair.Value.Shape[1]])
            : new SafetensorsTensor(pair.Key, SafetensorsDataType.F32, [.. pair.Value.Shape.Select(static size => (long)size)], [.. pair.Value.Values])));
        using var checkpoint = new Checkpoint([path]);

        var refusal = Assert.Throws<RuleViolationException>(() => HuggingFaceWeights.Stream(BenchShapes.Tiny.Auxiliary, checkpoint));

        Assert.Contains("tensor transformer.wte.weight must hold floating-point numbers", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_or_there_twice_is_named()
    {
        var tensors = HuggingFaceWeights.Export(AuxiliaryWeights.Random(BenchShapes.Tiny.Auxiliary, seed: 1));
        var names = tensors.Keys.Where(name => name != "transformer.h.1.mlp.c_fc.bias").ToArray();
        var path = Write("a", tensors, names, SafetensorsDataType.F32, bare: false);
        using (var checkpoint = new Checkpoint([path]))
        {
            var missing = Assert.Throws<RuleViolationException>(() => HuggingFaceWeights.Stream(BenchShapes.Tiny.Auxiliary, checkpoint));
            Assert.StartsWith("tensor transformer.h.1.mlp.c_fc.bias is needed; got 27 tensors without it", missing.Message, StringComparison.Ordinal);
            Assert.Throws<RuleViolationException>(() => checkpoint.Read("transformer.h.1.mlp.c_fc.bias"));
            Assert.Null(checkpoint.ShapeOf("transformer.h.1.mlp.c_fc.bias"));
        }

        var twice = Assert.Throws<RuleViolationException>(() => new Checkpoint([path, path]));
        Assert.Contains("twice", twice.Message, StringComparison.Ordinal);
        Assert.Throws<FixtureException>(() => new Checkpoint([path, Path.Combine(_directory, "none.safetensors")]));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Write(
        string name, IReadOnlyDictionary<string, Tensor> tensors, IEnumerable<string> names, SafetensorsDataType type, bool bare)
    {
        var path = Path.Combine(_directory, $"{name}.safetensors");
        SafetensorsWriter.Write(path, names.Select(full => new SafetensorsTensor(
            bare ? full[(full.IndexOf('.', StringComparison.Ordinal) + 1)..] : full,
            type,
            [.. tensors[full].Shape.Select(size => (long)size)],
            tensors[full].Values.ToArray())));
        return path;
    }
}
