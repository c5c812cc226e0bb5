namespace Tint.Reference.Cuda.Memory;

/// <summary>Device memory that goes back to its pool when disposed; by then nothing on the device may be using it.</summary>
/// <param name="pool">Where it came from.</param>
/// <param name="address">The address.</param>
/// <param name="bytes">How many bytes it has.</param>
internal sealed class DeviceBlock(DeviceMemoryPool pool, nint address, long bytes) : IDisposable
{
    private DeviceMemoryPool? _pool = pool;

    /// <summary>The address on the device.</summary>
    public nint Address { get; } = address;

    /// <summary>How many bytes there are, at least as many as asked for.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Gives the block back; a second time does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _pool, null)?.Return(Address, Bytes);
}
