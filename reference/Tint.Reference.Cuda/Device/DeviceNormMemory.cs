namespace Tint.Reference.Cuda.Device;

/// <summary>What a normalisation's forward pass leaves on a device, as <see cref="Simulation.LayerNormMemory"/> does; it owns both.</summary>
/// <param name="Normalized">ρ²·z, [T × D_aux].</param>
/// <param name="Input">x, [T × D_aux].</param>
internal sealed record DeviceNormMemory(DeviceMatrix Normalized, DeviceMatrix Input) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Normalized.Dispose();
        Input.Dispose();
    }
}
