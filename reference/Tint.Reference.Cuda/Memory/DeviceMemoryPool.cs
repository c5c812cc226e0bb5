using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Memory;

/// <summary>
/// Device memory by size class. Allocating and freeing make the device wait for all of its work, so that blocks given back are kept for the next
/// user, until the device is full. May be used by several threads at once.
/// </summary>
/// <param name="runtime">The runtime.</param>
internal sealed class DeviceMemoryPool(ICudaRuntime runtime) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Stack<nint>> _idle = [];
    private bool _disposed;

    /// <summary>Frees what can be done without, on top of idle blocks, when the device is full; true if something was given back to the pool.</summary>
    public Func<bool>? Relieve { get; set; }

    /// <summary>A block of at least <paramref name="bytes"/> &gt; 0 bytes, whatever they hold.</summary>
    /// <exception cref="DeviceFullException">The device is full even after everything idle was freed.</exception>
    public DeviceBlock Rent(long bytes)
    {
        var size = SizeClasses.Of(bytes);
        if (TryRent(size, out var address))
        {
            return new(this, address, size);
        }

        do
        {
            Trim();
            if (TryRent(size, out address))
            {
                return new(this, address, size);
            }
        }
        while (Relieve?.Invoke() ?? false);
        var memory = runtime.MemoryInfo();
        throw new DeviceFullException(new(
            "the operands of a product must fit into the GPU's memory",
            $"{Text(bytes)} more, with {Text(memory.Free)} of {Text(memory.Total)} free",
            CudaStatus.Remedy(CudaStatus.MemoryAllocation)));
    }

    /// <summary>Frees all idle blocks.</summary>
    public void Trim()
    {
        nint[] addresses;
        lock (_lock)
        {
            addresses = [.. _idle.Values.SelectMany(stack => stack)];
            _idle.Clear();
        }

        foreach (var address in addresses)
        {
            Cleanup.Attempt(() => runtime.Free(address));
        }
    }

    /// <summary>Frees all idle blocks; blocks still out are freed when they come back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        Trim();
    }

    /// <summary>Takes a block back.</summary>
    internal void Return(nint address, long size)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                if (!_idle.TryGetValue(size, out var stack))
                {
                    _idle.Add(size, stack = new());
                }

                stack.Push(address);
                return;
            }
        }

        Cleanup.Attempt(() => runtime.Free(address));
    }

    private static string Text(long bytes) => FormattableString.Invariant($"{bytes / 1048576.0:0.#} MiB");

    private bool TryRent(long size, out nint address)
    {
        lock (_lock)
        {
            if (_idle.TryGetValue(size, out var stack) && stack.TryPop(out address))
            {
                return true;
            }
        }

        return runtime.TryAllocate(size, out address);
    }
}
