namespace Tint.Reference.Cuda.Memory;

/// <summary>A constant's copy on the device, which stays there until the lease is disposed.</summary>
/// <param name="address">Where it is.</param>
/// <param name="release">Ends the lease.</param>
internal sealed class ConstantLease(nint address, Action release) : IDisposable
{
    private Action? _release = release;

    /// <summary>The address on the device.</summary>
    public nint Address { get; } = address;

    /// <summary>Ends the lease; a second time does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
