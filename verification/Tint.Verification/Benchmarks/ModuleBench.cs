using Tint.Reference.Configuration;

namespace Tint.Verification.Benchmarks;

/// <summary>One module of an engine, ready to be run alone at the size of a step.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Calls">How often a step calls it.</param>
/// <param name="Flops">The operations that the auxiliary model needs in its place, a call (see <see cref="FlopCount"/>); 0 where these are no products.</param>
/// <param name="Run">Runs it once.</param>
public sealed record ModuleBench(string Name, long Calls, long Flops, Action Run)
{
    /// <summary>
    /// The modules of an engine at a shape, on random numbers; none of a device, whose modules do not run alone, and none of models that are not of the published
    /// code, whose modules their plans name.
    /// </summary>
    public static IReadOnlyList<ModuleBench> Of(BenchInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Configuration.Auxiliary.Architecture is not null ? [] : input.Engine switch
        {
            BenchEngine.Construction => ConstructionModules.Of(input),
            BenchEngine.Simulation => SimulationModules.Of(input),
            BenchEngine.DeviceSimulation => [],
            BenchEngine.Exact => ExactModules.Of(input),
            _ => throw Require.Unknown(input.Engine, "the engine"),
        };
    }

    /// <summary>The name, as benchmark tables show it.</summary>
    public override string ToString() => Name;
}
