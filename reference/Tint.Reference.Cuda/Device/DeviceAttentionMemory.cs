namespace Tint.Reference.Cuda.Device;

/// <summary>What attention's forward pass leaves on a device, as <see cref="Simulation.AttentionMemory"/> does; each [T × D_aux].</summary>
/// <param name="Query">ρ²(W_Q x + b_Q).</param>
/// <param name="Key">ρ²(W_K x + b_K).</param>
/// <param name="Input">ρ x.</param>
internal sealed record DeviceAttentionMemory(DeviceMatrix Query, DeviceMatrix Key, DeviceMatrix Input) : IDisposable
{
    /// <summary>ρ x of the tokens that ask, where keys and values are another sequence's and the score path is kept; else null.</summary>
    public DeviceMatrix? Asking { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Query.Dispose();
        Key.Dispose();
        Input.Dispose();
        Asking?.Dispose();
    }
}
