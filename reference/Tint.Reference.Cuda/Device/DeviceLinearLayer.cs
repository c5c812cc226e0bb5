using Tint.Reference.Auxiliary;

namespace Tint.Reference.Cuda.Device;

/// <summary>A linear layer y = W x + b on a device.</summary>
/// <param name="Weight">W, [out × in].</param>
/// <param name="Bias">b, [out × 1].</param>
internal sealed record DeviceLinearLayer(DeviceMatrix Weight, DeviceMatrix Bias) : IDisposable
{
    /// <summary>A copy on the device.</summary>
    public static DeviceLinearLayer Upload(DeviceArena arena, LinearParameters layer) => new(arena.Upload(layer.Weight), arena.Upload(layer.Bias));

    /// <summary>A copy on the host.</summary>
    public LinearParameters Download() => new(DeviceArena.Download(Weight), DeviceArena.DownloadVector(Bias));

    /// <inheritdoc/>
    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
    }
}
