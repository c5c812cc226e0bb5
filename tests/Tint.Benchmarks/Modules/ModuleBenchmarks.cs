using BenchmarkDotNet.Attributes;
using Tint.Reference.LinearAlgebra;
using Tint.Verification.Benchmarks;

namespace Tint.Benchmarks.Modules;

/// <summary>Every module of the construction and of the simulation, on one layer of a tiny shape and of GPT-2 small's.</summary>
public class ModuleBenchmarks
{
    private ModuleBench _module = null!;

    /// <summary>Engine, shape and module.</summary>
    public IEnumerable<ModuleCase> Cases =>
    [
        .. from shape in new[] { "tiny", "gpt2-small" }
           from engine in new[] { BenchEngine.Construction, BenchEngine.Simulation }
           from name in ModuleBench.Of(BenchInput.Of(engine, "tiny", layers: 1)).Select(module => module.Name)
           select new ModuleCase(engine, shape, name),
    ];

    /// <summary>What is run.</summary>
    [ParamsSource(nameof(Cases))]
    public ModuleCase Case { get; set; } = new(BenchEngine.Construction, "tiny", "LinearForward");

    /// <summary>Makes the module and its input.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        LinearAlgebraProviders.Use(LinearAlgebraProviders.Default);
        _module = ModuleBench.Of(BenchInput.Of(Case.Engine, Case.Shape, layers: 1)).Single(module => module.Name == Case.Module);
    }

    /// <summary>One call.</summary>
    [Benchmark]
    public void Call() => _module.Run();
}
