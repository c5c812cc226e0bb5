namespace Tint.Reference.Cuda.Device;

/// <summary>What a block's forward pass leaves on a device, as <see cref="Simulation.BlockMemory"/> does; it owns all of it.</summary>
/// <param name="AttentionNorm">The normalisation before attention.</param>
/// <param name="Attention">Attention.</param>
/// <param name="Output">ρ·input of the projection after attention, [T × D_aux].</param>
/// <param name="MlpNorm">The normalisation before the MLP.</param>
/// <param name="Inner">ρ·input of the MLP's first layer, [T × D_aux].</param>
/// <param name="Activation">ρ·input of the activation, [T × C·D_aux].</param>
/// <param name="Outer">ρ·input of the MLP's second layer, [T × C·D_aux].</param>
internal sealed record DeviceBlockMemory(
    DeviceNormMemory AttentionNorm,
    DeviceAttentionMemory Attention,
    DeviceMatrix Output,
    DeviceNormMemory MlpNorm,
    DeviceMatrix Inner,
    DeviceMatrix Activation,
    DeviceMatrix Outer) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in new IDisposable[] { AttentionNorm, Attention, Output, MlpNorm, Inner, Activation, Outer })
        {
            part.Dispose();
        }
    }
}
