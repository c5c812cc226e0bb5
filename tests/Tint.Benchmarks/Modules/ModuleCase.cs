using Tint.Verification.Benchmarks;

namespace Tint.Benchmarks.Modules;

/// <summary>A module of an engine at a shape.</summary>
public sealed record ModuleCase(BenchEngine Engine, string Shape, string Module)
{
    /// <summary>The parts, as a table shows them.</summary>
    public override string ToString() => $"{BenchEngines.NameOf(Engine)} {Shape} {Module}";
}
