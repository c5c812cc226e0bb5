using System.Globalization;
using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;

namespace Tint.Verification.Benchmarks;

/// <summary>
/// What a timed step holds at the least, by the formulas of PERFORMANCE.md, so that one that cannot fit is refused before it fills the machine.
/// The working set, and updated layers beside layers that are all in memory, come on top and are not counted.
/// </summary>
internal static class BenchMemory
{
    private const double BytesOfLayer = 96;
    private const double Giga = 1e9;
    private const string Available = "MemAvailable:";

    /// <summary>The least bytes that a step holds.</summary>
    /// <param name="engine">What computes.</param>
    /// <param name="configuration">The shape.</param>
    /// <param name="tokens">T.</param>
    /// <param name="streamed">Whether layers come in one by one.</param>
    /// <param name="updates">Where updated layers wait, one of <see cref="BenchStorage.Places"/>.</param>
    /// <param name="activations">Where the memory of the backward pass waits.</param>
    public static double Held(
        BenchEngine engine, TintConfiguration configuration, int tokens, bool streamed, string updates, string activations)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var auxiliary = configuration.Auxiliary;
        double width = auxiliary.HiddenSize, layers = auxiliary.LayerCount, vocabulary = auxiliary.VocabularySize;
        var plan = ModelPlan.Of(auxiliary);

        // Entries of a block's linear layers, in units of the 12·D² of GPT-2.
        static double Entries(BlockPlan block) => block.Parameters.OfType<Linear>().Sum(linear => (double)linear.Outputs * linear.Inputs);
        var squares = (auxiliary.Architecture is null ? layers * Entries(plan.Blocks[0]) : plan.Blocks.Sum(Entries)) / 12;
        var tables = 8 * vocabulary * width * (plan.IsTied ? 1 : 2);
        var construction = engine == BenchEngine.Construction;
        if (engine == BenchEngine.DeviceSimulation)
        {
            // The step's own memory is the device's.
            return tables + (BytesOfLayer * squares);
        }

        var (full, rounded) = construction ? (160.0, 96.0) : (136.0, 84.0);
        var updated = construction ? 112 * (1 + (1.0 / configuration.RowsPerPrefix)) : BytesOfLayer;
        return tables + (16 * tokens * vocabulary)
            + (tokens * width * layers * InMemory(activations, full, rounded))
            + (squares * (streamed ? InMemory(updates, updated, updated / 2) : BytesOfLayer));
    }

    /// <summary>Requires that a step can fit.</summary>
    /// <exception cref="RuleViolationException">It holds more than the process can get; the options that would fit are named.</exception>
    public static void Require(
        BenchEngine engine, TintConfiguration configuration, int tokens, bool streamed, string updates, string activations)
    {
        var (held, room) = (Held(engine, configuration, tokens, streamed, updates, activations), Room());
        if (held > room)
        {
            throw new RuleViolationException(
                "what a step holds must fit the memory that is free",
                $"at least {Number(held)} GB for {configuration.Auxiliary.LayerCount} layers and {tokens} tokens, of {Number(room)} GB",
                Remedy(engine, configuration, tokens, room));
        }
    }

    private static string Remedy(BenchEngine engine, TintConfiguration configuration, int tokens, double room)
    {
        var streams = engine is BenchEngine.Construction or BenchEngine.Simulation ? engine : BenchEngine.Simulation;
        foreach (var activations in new[] { BenchStorage.InMemory, BenchStorage.RoundedInMemory, BenchStorage.InFile })
        {
            if (Held(streams, configuration, tokens, streamed: true, BenchStorage.InFile, activations) <= room)
            {
                return "use " + (streams == engine ? string.Empty : $"--engine {BenchEngines.NameOf(streams)} ")
                    + "--stream" + (activations == BenchStorage.InMemory ? string.Empty : $" --activations {activations}") + ", or fewer --layers or --tokens";
            }
        }

        return "use fewer --tokens";
    }

    private static double InMemory(string place, double full, double rounded) => place switch
    {
        BenchStorage.InMemory => full,
        BenchStorage.RoundedInMemory => rounded,
        BenchStorage.InFile or BenchStorage.RoundedInFile => 0,
        _ => throw new RuleViolationException("a place must be known", place, $"use one of {string.Join(", ", BenchStorage.Places)}"),
    };

    /// <summary>What the process can still get: its limit, or that of its group, and what the machine has free.</summary>
    private static double Room()
    {
        double limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (!OperatingSystem.IsLinux())
        {
            return limit;
        }

        var line = File.ReadLines("/proc/meminfo").FirstOrDefault(text => text.StartsWith(Available, StringComparison.Ordinal));
        return line is not null && double.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out var kibibytes)
            ? Math.Min(limit, kibibytes * 1024)
            : limit;
    }

    private static string Number(double bytes) => (bytes / Giga).ToString(bytes >= 1e11 ? "0" : "0.0", CultureInfo.InvariantCulture);
}
