using Tint.Reference.Architecture;

namespace Tint.Reference.Cuda.Device;

/// <summary>What a block's forward pass leaves on a device, as <see cref="Simulation.BlockMemory"/> does; it owns all of it.</summary>
/// <param name="Leaves">By place: a <see cref="DeviceNormMemory"/>, a <see cref="DeviceAttentionMemory"/>, or ρ·input of a linear layer or activation.</param>
internal sealed record DeviceBlockMemory(Placed<IDisposable> Leaves) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, part) in Leaves.Items)
        {
            part.Dispose();
        }
    }
}
