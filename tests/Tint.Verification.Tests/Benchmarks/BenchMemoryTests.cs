using System.Diagnostics;
using Tint.Reference;
using Tint.Verification.Benchmarks;

namespace Tint.Verification.Tests.Benchmarks;

public class BenchMemoryTests
{
    /// <summary>The column "held" of PERFORMANCE.md, T = 1024, layers streamed and updates in a file.</summary>
    [Theory]
    [InlineData("gpt2-medium", BenchEngine.Simulation, "memory", 4.7)]
    [InlineData("gpt2-medium", BenchEngine.Construction, "float32", 3.7)]
    [InlineData("gpt2-xl", BenchEngine.Simulation, "float32", 8.1)]
    [InlineData("gpt2-xl", BenchEngine.Construction, "float32", 9.0)]
    [InlineData("opt-2.7b", BenchEngine.Construction, "float32", 9.9)]
    public void Holds_what_the_table_says(string shape, BenchEngine engine, string activations, double gigabytes)
    {
        var held = BenchMemory.Held(engine, BenchShapes.Of(shape), 1024, streamed: true, BenchStorage.InFile, activations);
        Assert.Equal(gigabytes, held / 1e9, 0.051);
    }

    [Fact]
    public void A_step_that_cannot_fit_is_refused_at_once_with_the_options_that_would()
    {
        var watch = Stopwatch.StartNew();
        var refusal = Assert.Throws<RuleViolationException>(() => BenchInput.Of(BenchEngine.Construction, "gpt2-small", layers: 1_000_000));
        Assert.Contains("for 1000000 layers and 1024 tokens, of ", refusal.Found, StringComparison.Ordinal);
        Assert.StartsWith("use --stream --activations file, or fewer --layers", refusal.Remedy, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }
}
