using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Verification.Simulating;

namespace Tint.Verification.Cuda;

/// <summary>The simulation on a device, to compare engines with.</summary>
public sealed class DeviceSimulation : ISimulation
{
    private readonly ComputeDevice _device;

    /// <summary>Runs on a device, which stays the caller's.</summary>
    public DeviceSimulation(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
    }

    /// <inheritdoc/>
    public string Name => $"simulation on {_device.Name}";

    /// <inheritdoc/>
    public TintBatchResult Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
    {
        using var tint = new DeviceSimulatedTint(_device, configuration, weights) { RecordTrace = true };
        return tint.Run(batch);
    }
}
