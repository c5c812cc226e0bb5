using System.Runtime.InteropServices;
using System.Text.Json;
using Tint.Reference.Auxiliary;

namespace Tint.Verification.Benchmarks;

/// <summary>The JSON that <c>tint bench --json</c> writes.</summary>
public sealed record BenchDocument
{
    /// <summary>The shape's name.</summary>
    public required string Shape { get; init; }

    /// <summary>construction, simulation, device-simulation or exact.</summary>
    public required string Engine { get; init; }

    /// <summary>T.</summary>
    public required int Tokens { get; init; }

    /// <summary>L, all of them trained.</summary>
    public required int Layers { get; init; }

    /// <summary>The seed of weights and tokens.</summary>
    public required int Seed { get; init; }

    /// <summary>What matrix products ran on.</summary>
    public required string Provider { get; init; }

    /// <summary>The number of processors that the process may use.</summary>
    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>The .NET runtime.</summary>
    public string Runtime { get; init; } = RuntimeInformation.FrameworkDescription;

    /// <summary>Wall time of the step in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Processor time of the step in seconds, all threads.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>The operations that the auxiliary model needs for the step.</summary>
    public required long Flops { get; init; }

    /// <summary>The provider's own measured peak in floating-point operations a second.</summary>
    public required double PeakFlopsPerSecond { get; init; }

    /// <summary>The time that the auxiliary model's products alone take at that rate.</summary>
    public required double LowerBoundSeconds { get; init; }

    /// <summary>The largest working set of the process in bytes.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>The memory taken on a device in bytes; null where there is none.</summary>
    public long? DeviceBytes { get; init; }

    /// <summary>Whether layers came in one by one when they were needed.</summary>
    public required bool Streamed { get; init; }

    /// <summary>Where updated layers were kept, a name of <see cref="BenchStorage"/>.</summary>
    public required string Updates { get; init; }

    /// <summary>Where the memory between forward and backward pass was kept, a name of <see cref="BenchStorage"/>.</summary>
    public required string Activations { get; init; }

    /// <summary>The bytes that scratch files have grown to.</summary>
    public required long ScratchBytes { get; init; }

    /// <summary>The passes of the step.</summary>
    public required IReadOnlyList<StageTime> Passes { get; init; }

    /// <summary><see cref="Flops"/> by operation of the auxiliary model's plan.</summary>
    public required IReadOnlyList<OperationWork> Operations { get; init; }

    /// <summary>The modules, each run alone, times how often the step calls it.</summary>
    public required IReadOnlyList<StageTime> Modules { get; init; }

    /// <summary>The document of a measurement.</summary>
    /// <param name="shape">The shape's name.</param>
    /// <param name="provider">What matrix products ran on.</param>
    /// <param name="input">What was run.</param>
    /// <param name="step">The step's times.</param>
    /// <param name="modules">The modules' times.</param>
    public static BenchDocument Of(
        string shape, string provider, BenchInput input, StepMeasurement step, IReadOnlyList<StageTime> modules)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(step);
        return new BenchDocument
        {
            Shape = shape,
            Engine = BenchEngines.NameOf(input.Engine),
            Tokens = input.Sequence.Length,
            Layers = input.Configuration.Auxiliary.LayerCount,
            Seed = input.Seed,
            Provider = provider,
            Seconds = step.Seconds,
            CpuSeconds = step.CpuSeconds,
            Flops = step.Flops,
            PeakFlopsPerSecond = step.PeakFlopsPerSecond,
            LowerBoundSeconds = step.LowerBoundSeconds,
            PeakBytes = step.PeakBytes,
            DeviceBytes = step.DeviceBytes,
            Streamed = input.Weights.Layers is StreamedLayers,
            Updates = input.Storage.Updates,
            Activations = input.Storage.Activations,
            ScratchBytes = input.Storage.ScratchBytes,
            Passes = step.Passes,
            Operations = new FlopCount(input.Configuration, input.Sequence).OperationsOf(input.Engine),
            Modules = modules,
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, BenchJson.Default.BenchDocument);
}
