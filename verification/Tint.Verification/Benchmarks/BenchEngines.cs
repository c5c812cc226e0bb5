using Tint.Reference;
using Tint.Reference.Configuration;

namespace Tint.Verification.Benchmarks;

/// <summary>The names of <see cref="BenchEngine"/>.</summary>
public static class BenchEngines
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<BenchEngine>().Select(NameOf)];

    /// <summary>The name of an engine.</summary>
    public static string NameOf(BenchEngine engine) => engine switch
    {
        BenchEngine.DeviceSimulation => "device-simulation",
        BenchEngine.Construction => "construction",
        BenchEngine.Simulation => "simulation",
        BenchEngine.Exact => "exact",
        _ => throw Require.Unknown(engine, "the engine"),
    };

    /// <summary>The engine of a name.</summary>
    /// <exception cref="RuleViolationException">There is no such engine.</exception>
    public static BenchEngine Parse(string name)
    {
        var index = Names.ToList().IndexOf(name);
        return index >= 0
            ? Enum.GetValues<BenchEngine>()[index]
            : throw new RuleViolationException("the engine must be known", $"'{name}'", $"use one of {string.Join(", ", Names)}");
    }
}
