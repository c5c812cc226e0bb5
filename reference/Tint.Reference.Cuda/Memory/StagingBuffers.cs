using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Memory;

/// <summary>
/// Copies managed arrays to and from the device through two page-locked buffers: while the device reads or writes one, this thread fills or
/// empties the other. One thread's at a time.
/// </summary>
/// <remarks>
/// Page-locking the arrays themselves would mean a call into the kernel for every operand, and its undoing after each product; two buffers are
/// locked once.
/// </remarks>
internal sealed unsafe class StagingBuffers : IDisposable
{
    private readonly ICudaRuntime _runtime;
    private readonly LockedBuffer[] _buffers;
    private readonly long _bytes;
    private int _next;

    /// <summary>Locks the buffers.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="bytes">The size of each.</param>
    /// <exception cref="RuleViolationException">There is not enough memory that can be locked; nothing is left behind.</exception>
    public StagingBuffers(ICudaRuntime runtime, long bytes)
    {
        (_runtime, _bytes) = (runtime, bytes);
        var first = new LockedBuffer(runtime, bytes);
        try
        {
            _buffers = [first, new LockedBuffer(runtime, bytes)];
        }
        catch (RuleViolationException)
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Enqueues copying <paramref name="source"/> to the device. The array may change as soon as this returns.</summary>
    public void Upload<T>(T[] source, nint device, nint stream)
        where T : unmanaged
    {
        fixed (T* start = source)
        {
            var bytes = (long)source.Length * sizeof(T);
            for (long from = 0; from < bytes; from += _bytes)
            {
                var count = Math.Min(_bytes, bytes - from);
                var buffer = Next();
                Buffer.MemoryCopy((byte*)start + from, (void*)buffer.Address, _bytes, count);
                _runtime.CopyToDeviceAsync(device + (nint)from, buffer.Address, count, stream);
                buffer.Record(stream);
            }
        }
    }

    /// <summary>Copies from the device to <paramref name="target"/> once everything in the stream is done, and waits for it.</summary>
    public void Download<T>(nint device, T[] target, nint stream)
        where T : unmanaged
    {
        fixed (T* start = target)
        {
            var bytes = (long)target.Length * sizeof(T);
            LockedBuffer? filling = null;
            for (long from = 0; from < bytes; from += _bytes)
            {
                var buffer = Next();
                _runtime.CopyToHostAsync(buffer.Address, device + (nint)from, Math.Min(_bytes, bytes - from), stream);
                buffer.Record(stream);
                Empty(filling, (byte*)start, from - _bytes, bytes);
                filling = buffer;
            }

            Empty(filling, (byte*)start, (bytes - 1) / _bytes * _bytes, bytes);
        }
    }

    /// <summary>Unlocks the buffers; nothing on the device may be using them.</summary>
    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            buffer.Dispose();
        }
    }

    /// <summary>Copies a buffer to where it belongs, once the device has filled it.</summary>
    private void Empty(LockedBuffer? buffer, byte* start, long from, long bytes)
    {
        if (buffer is not null)
        {
            buffer.Wait();
            Buffer.MemoryCopy((void*)buffer.Address, start + from, bytes - from, Math.Min(_bytes, bytes - from));
        }
    }

    /// <summary>The buffer whose turn it is, once the device has done with it.</summary>
    private LockedBuffer Next()
    {
        var buffer = _buffers[_next];
        _next = 1 - _next;
        buffer.Wait();
        return buffer;
    }
}
