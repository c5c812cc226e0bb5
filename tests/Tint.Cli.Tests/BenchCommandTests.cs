using System.Text.Json;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Auxiliary;
using Tint.Reference.Families;
using Tint.Verification.Benchmarks;

namespace Tint.Cli.Tests;

public class BenchCommandTests
{
    [Theory]
    [InlineData("--shape must not come with --family or --size; got both", "--shape", "tiny", "--family", "llama")]
    [InlineData("--size must come with --family; got none", "--size", "7b")]
    [InlineData("must be run by construction or simulation, there or on a device, with random weights; got exact", "--family", "llama", "--engine", "exact")]
    [InlineData("what a step holds must fit the memory that is free", "--family", "llama", "--size", "70b")]
    public void A_family_that_is_not_timed_is_refused_in_one_line(string line, params string[] arguments)
    {
        var result = Invocation.Of(["bench", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(line, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("construction")]
    [InlineData("simulation")]
    [InlineData("exact")]
    public void Prints_passes_modules_rate_memory_and_bound(string engine)
    {
        var result = Invocation.Of("bench", "--shape", "tiny", "--engine", engine, "--layers", "1", "--tokens", "8");
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.StartsWith($"tiny, {engine}: T 8, L 1, seed 1; ", result.OutputLines[0], StringComparison.Ordinal);
        Assert.Contains("provider simd", result.OutputLines[0], StringComparison.Ordinal);
        Assert.Contains(result.OutputLines, line => line.TrimStart().StartsWith("forward again", StringComparison.Ordinal));
        Assert.Contains(result.OutputLines, line => line.TrimStart().StartsWith("head ", StringComparison.Ordinal));
        Assert.StartsWith("step: ", result.OutputLines[^1], StringComparison.Ordinal);
        Assert.Contains("at the peak", result.OutputLines[^2], StringComparison.Ordinal);
        Assert.StartsWith("peak memory of the process: ", result.OutputLines[^3], StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_has_what_was_measured()
    {
        var directory = Directory.CreateTempSubdirectory("tint-").FullName;
        try
        {
            var path = Path.Combine(directory, "bench.json");
            Assert.Equal(0, Invocation.Of("bench", "--shape", "tiny", "--seed", "-3", "--provider", "managed", "--json", path).ExitCode);
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            var root = document.RootElement;
            Assert.Equal(("tiny", "construction", -3), (
                root.GetProperty("shape").GetString(), root.GetProperty("engine").GetString(), root.GetProperty("seed").GetInt32()));
            Assert.StartsWith("managed", root.GetProperty("provider").GetString(), StringComparison.Ordinal);
            Assert.Equal(6, root.GetProperty("passes").GetArrayLength());
            Assert.Equal(12, root.GetProperty("modules").GetArrayLength());
            Assert.Equal(
                root.GetProperty("seconds").GetDouble(),
                root.GetProperty("passes").EnumerateArray().Sum(pass => pass.GetProperty("seconds").GetDouble()),
                1e-12);
            Assert.Single(Directory.GetFiles(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("--shape huge")]
    [InlineData("--engine magic")]
    [InlineData("--provider magic")]
    [InlineData("--tokens 0")]
    [InlineData("--tokens many")]
    [InlineData("--shape tiny --tokens 17")]
    [InlineData("--layers 0")]
    [InlineData("--seed x")]
    [InlineData("--json /no/such/folder/bench.json")]
    [InlineData("--stream --scratch /no/such/folder")]
    [InlineData("--updates nowhere")]
    [InlineData("--activations nowhere")]
    [InlineData("--shape tiny --engine exact --stream")]
    [InlineData("--shape tiny --engine exact --activations float32")]
    [InlineData("--shape tiny --weights /no/such/file")]
    [InlineData("--layers 1000000")]
    [InlineData("--shape opt-2.7b --layers 2147483647 --stream")]
    [InlineData("--shape tiny --engine exact --layers 2000000000")]
    [InlineData("extra")]
    public void Bad_usage_is_one_line_and_exit_code_2(string words)
    {
        var result = Invocation.Of(["bench", .. words.Split(' ')]);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("tint: ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>Where there is a GPU the step is timed; elsewhere one line says what is missing. The processor never stands in for it.</summary>
    [Fact]
    public void The_simulation_on_a_device_runs_on_a_GPU_or_not_at_all()
    {
        var result = Invocation.Of("bench", "--shape", "tiny", "--engine", "device-simulation");
        if (result.ExitCode == 0)
        {
            Assert.StartsWith("tiny, device-simulation: T 16, L 2, seed 1; ", result.OutputLines[0], StringComparison.Ordinal);
            Assert.Contains("provider cuBLAS on ", result.OutputLines[0], StringComparison.Ordinal);
            Assert.Contains(result.OutputLines, line => line.TrimStart().StartsWith("results to the host", StringComparison.Ordinal));
        }
        else
        {
            Assert.Equal(2, result.ExitCode);
            Assert.Empty(result.Output);
            Assert.Contains("CUDA", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("construction")]
    [InlineData("simulation")]
    public void Streams_layers_and_leaves_nothing_behind(string engine)
    {
        var directory = Directory.CreateTempSubdirectory("tint-").FullName;
        try
        {
            var path = Path.Combine(directory, "bench.json");
            var result = Invocation.Of(
                "bench", "--shape", "tiny", "--engine", engine, "--stream", "--activations", "file-float32", "--scratch", directory, "--json", path);
            Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
            Assert.Contains(
                "layers one by one; updated ones kept in file, activations in file-float32; scratch files ",
                string.Join(' ', result.OutputLines),
                StringComparison.Ordinal);
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            var root = document.RootElement;
            Assert.True(root.GetProperty("streamed").GetBoolean());
            Assert.Equal(("file", "file-float32"), (root.GetProperty("updates").GetString(), root.GetProperty("activations").GetString()));
            Assert.True(root.GetProperty("scratch_bytes").GetInt64() > 0);
            Assert.Equal([path], Directory.GetFiles(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Runs_on_a_checkpoint()
    {
        var directory = Directory.CreateTempSubdirectory("tint-").FullName;
        try
        {
            var path = Path.Combine(directory, "model.safetensors");
            var tensors = HuggingFaceWeights.Export(AuxiliaryWeights.Random(BenchShapes.Tiny.Auxiliary, seed: 1));
            SafetensorsWriter.Write(path, tensors.Select(tensor => new SafetensorsTensor(
                tensor.Key, SafetensorsDataType.F32, [.. tensor.Value.Shape.Select(size => (long)size)], tensor.Value.Values.ToArray())));
            Assert.Equal(0, Invocation.Of("bench", "--shape", "tiny", "--engine", "simulation", "--stream", "--weights", path).ExitCode);
            var other = Invocation.Of("bench", "--shape", "tiny", "--layers", "3", "--engine", "simulation", "--stream", "--weights", path);
            Assert.Equal(2, other.ExitCode);
            Assert.Contains("tensor transformer.h.2.ln_1.weight is needed", Assert.Single(other.ErrorLines), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void What_a_TinT_follows_is_counted_and_refused_where_heads_have_no_room()
    {
        var faithful = Invocation.Of("bench", "--shape", "gpt2-small", "--as", "faithful", "--count");
        Assert.Equal((0, string.Empty), (faithful.ExitCode, faithful.Error));
        Assert.StartsWith("gpt2-small, faithful, central differences, ", faithful.OutputLines[0], StringComparison.Ordinal);
        Assert.NotEqual(Invocation.Of("bench", "--shape", "gpt2-small", "--count").Output, faithful.Output);

        var refused = Invocation.Of("bench", "--shape", "tiny", "--as", "faithful");
        Assert.Equal((2, string.Empty), (refused.ExitCode, refused.Output));
        Assert.Contains("HeadCount 12 for heads of 8", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_has_an_example()
    {
        var result = Invocation.Of("bench", "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("tint bench --shape tiny", result.Output, StringComparison.Ordinal);
    }
}
