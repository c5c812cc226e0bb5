namespace Tint.Reference.Cuda.Native;

/// <summary>
/// What is used of the CUDA runtime. Addresses, streams and events are the runtime's own, as numbers; a call is about the current thread's
/// device (<see cref="SetDevice"/>).
/// </summary>
/// <remarks>
/// A call that fails throws a <see cref="RuleViolationException"/> with one line that names the call, the code and its meaning, and what would
/// work. Calls named Async only enqueue: host memory that they read or write must stay as it is until the stream has got there. Calls may come
/// from several threads at once.
/// </remarks>
public interface ICudaRuntime
{
    /// <summary>The major version of the runtime's library, 12 or 13.</summary>
    public int Major { get; }

    /// <summary>How many devices there are, 1 or more.</summary>
    /// <exception cref="RuleViolationException">There is no driver or no device.</exception>
    public int DeviceCount();

    /// <summary>The device's name as its maker spells it.</summary>
    public string DeviceName(int device);

    /// <summary>The newest CUDA version that the driver can run.</summary>
    public Version DriverVersion();

    /// <summary>The version of the runtime.</summary>
    public Version RuntimeVersion();

    /// <summary>Makes a device the current thread's.</summary>
    public void SetDevice(int device);

    /// <summary>How much memory the device has, and how much of it is free.</summary>
    public DeviceMemoryInfo MemoryInfo();

    /// <summary>Device memory of <paramref name="bytes"/> &gt; 0 bytes, aligned to 256; false if there is not enough.</summary>
    public bool TryAllocate(long bytes, out nint address);

    /// <summary>Gives device memory back.</summary>
    public void Free(nint address);

    /// <summary>Page-locked host memory of <paramref name="bytes"/> &gt; 0 bytes; false if there is not enough.</summary>
    public bool TryAllocateHost(long bytes, out nint address);

    /// <summary>Gives page-locked memory back.</summary>
    public void FreeHost(nint address);

    /// <summary>A new stream, which does not wait for the default stream.</summary>
    public nint CreateStream();

    /// <summary>Waits until everything in the stream is done; reports failures of work enqueued before.</summary>
    public void Synchronize(nint stream);

    /// <summary>Destroys a stream.</summary>
    public void DestroyStream(nint stream);

    /// <summary>A new event without timing.</summary>
    public nint CreateEvent();

    /// <summary>Enqueues the event: it happens when everything enqueued before it is done.</summary>
    public void RecordEvent(nint marker, nint stream);

    /// <summary>Waits until the event's last record has happened; an event never recorded has.</summary>
    public void SynchronizeEvent(nint marker);

    /// <summary>Destroys an event.</summary>
    public void DestroyEvent(nint marker);

    /// <summary>Enqueues a copy from page-locked host memory to the device.</summary>
    public void CopyToDeviceAsync(nint device, nint host, long bytes, nint stream);

    /// <summary>Enqueues a copy from the device to page-locked host memory.</summary>
    public void CopyToHostAsync(nint host, nint device, long bytes, nint stream);

    /// <summary>Enqueues a copy within the device; the two ranges must not overlap.</summary>
    public void CopyOnDeviceAsync(nint target, nint source, long bytes, nint stream);

    /// <summary>Enqueues filling device memory with a byte.</summary>
    public void FillAsync(nint device, byte value, long bytes, nint stream);
}
