namespace Tint.Reference.Cuda.Device;

/// <summary>What a product's forward pass leaves on a device, as <see cref="Simulation.ProductMemory"/> does; it owns both.</summary>
/// <param name="Left">ρa, [T × width].</param>
/// <param name="Right">ρb, [T × width].</param>
internal sealed record DeviceProductMemory(DeviceMatrix Left, DeviceMatrix Right) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }
}
