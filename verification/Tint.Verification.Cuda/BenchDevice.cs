using Tint.Reference.Cuda.Device;
using Tint.Reference.Engines;
using Tint.Verification.Benchmarks;

namespace Tint.Verification.Cuda;

/// <summary>Times the simulation on a device.</summary>
public sealed class BenchDevice : IBenchDevice
{
    private readonly ComputeDevice _device;

    /// <summary>Runs on a device, which stays the caller's.</summary>
    public BenchDevice(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
    }

    /// <inheritdoc/>
    public long Bytes => _device.Bytes;

    /// <inheritdoc/>
    public void RunStep(BenchInput input, Action<PassStage> ended)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(ended);
        using var tint = new DeviceSimulatedTint(_device, input.Configuration, input.Weights) { Observer = ended };
        ended(new PassStage(PassKind.WeightsToDevice));
        _ = tint.Run(input.Sequence);
    }

    /// <inheritdoc/>
    public double PeakFlopsPerSecond(BenchInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (tokens, width) = (input.Sequence.Length, input.Configuration.Auxiliary.HiddenSize);
        var embedding = input.Weights.TokenEmbedding;
        return DeviceRate.Measure(
            _device,
            input.Weights.HasPositions && embedding.ColumnCount == width
                ? input.Weights.PositionEmbedding.SubMatrix(0, tokens, 0, width)
                : RandomInput.Matrix(new Random(input.Seed), tokens, embedding.ColumnCount, 1),
            embedding);
    }
}
