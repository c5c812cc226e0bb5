using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Memory;

/// <summary>Page-locked host memory, and when the device has done with it.</summary>
internal sealed class LockedBuffer : IDisposable
{
    private readonly ICudaRuntime _runtime;
    private readonly nint _done;

    /// <summary>Locks memory.</summary>
    /// <exception cref="RuleViolationException">There is not enough that can be locked; nothing is left behind.</exception>
    public LockedBuffer(ICudaRuntime runtime, long bytes)
    {
        _runtime = runtime;
        if (!runtime.TryAllocateHost(bytes, out var address))
        {
            throw new RuleViolationException(
                "copies to the GPU need page-locked memory", $"none of {bytes} bytes", "raise the limit on locked memory, or use ProviderChoice.Simd");
        }

        Address = address;
        try
        {
            _done = runtime.CreateEvent();
        }
        catch (RuleViolationException)
        {
            Cleanup.Attempt(() => runtime.FreeHost(address));
            throw;
        }
    }

    /// <summary>The memory.</summary>
    public nint Address { get; }

    /// <summary>Notes that everything in the stream so far may be using the memory.</summary>
    public void Record(nint stream) => _runtime.RecordEvent(_done, stream);

    /// <summary>Waits until what was noted is done.</summary>
    public void Wait() => _runtime.SynchronizeEvent(_done);

    /// <summary>Unlocks the memory; nothing on the device may be using it.</summary>
    public void Dispose() => Cleanup.Attempt(() => _runtime.DestroyEvent(_done), () => _runtime.FreeHost(Address));
}
