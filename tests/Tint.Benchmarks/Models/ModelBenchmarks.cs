using BenchmarkDotNet.Attributes;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Verification.Benchmarks;

namespace Tint.Benchmarks.Models;

/// <summary>One training step of a whole tiny model by each engine. Full-size models take seconds and more: <c>tint bench</c> times these.</summary>
[MemoryDiagnoser]
public class ModelBenchmarks
{
    private BenchInput _input = null!;
    private ConstructedTint _construction = null!;
    private SimulatedTint _simulation = null!;
    private ExactTint _exact = null!;

    /// <summary>Makes weights and tokens.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        LinearAlgebraProviders.Use(LinearAlgebraProviders.Default);
        _input = BenchInput.Of(BenchEngine.Construction, "tiny");
        _construction = new ConstructedTint(_input.Configuration, _input.Weights);
        _simulation = new SimulatedTint(_input.Configuration, _input.Weights);
        _exact = new ExactTint(_input.Configuration, _input.Weights);
    }

    /// <summary>The construction.</summary>
    [Benchmark]
    public TintResult Construction() => _construction.Run(_input.Sequence);

    /// <summary>The simulation.</summary>
    [Benchmark]
    public TintResult Simulation() => _simulation.Run(_input.Sequence);

    /// <summary>Full backpropagation and plain SGD.</summary>
    [Benchmark(Baseline = true)]
    public TintResult Exact() => _exact.Run(_input.Sequence);
}
