using ILGPU;
using ILGPU.Runtime;

namespace Tint.Reference.Cuda.Device;

/// <summary>
/// Keeps buffers that are not in use, by length, since a device takes long to allocate and a step needs the same sizes again and again. All work
/// goes through one queue, so that a buffer may be handed out again while what last used it is still waiting there.
/// </summary>
/// <param name="allocate">Takes a buffer of the device's memory, or throws <see cref="AcceleratorException"/>.</param>
/// <param name="wait">Waits until nothing uses the buffers that are not in use.</param>
/// <param name="capacity">The bytes that the device has.</param>
internal sealed class DeviceMemory(Func<int, MemoryBuffer1D<double, Stride1D.Dense>> allocate, Action wait, long capacity) : IDisposable
{
    private readonly Dictionary<int, Stack<MemoryBuffer1D<double, Stride1D.Dense>>> _free = [];

    /// <summary>The bytes of all buffers, in use or not.</summary>
    public long Bytes { get; private set; }

    /// <summary>A buffer of <paramref name="length"/> entries, whatever they hold.</summary>
    /// <exception cref="RuleViolationException">The device has no memory left.</exception>
    public MemoryBuffer1D<double, Stride1D.Dense> Take(int length)
    {
        if (_free.TryGetValue(length, out var buffers) && buffers.TryPop(out var buffer))
        {
            return buffer;
        }

        try
        {
            return Allocate(length);
        }
        catch (AcceleratorException)
        {
            // Buffers of other lengths may be in the way.
            Clear();
        }

        try
        {
            return Allocate(length);
        }
        catch (AcceleratorException exception)
        {
            throw new RuleViolationException(
                "the device's memory must hold the model",
                FormattableString.Invariant($"no room for {8.0 * length / 1e6:0.###} MB of {capacity / 1e6:0.###} MB ({exception.Message.ReplaceLineEndings(" ")})"),
                "use a smaller shape, fewer tokens or the simulation on the host");
        }
    }

    /// <summary>Takes a buffer back.</summary>
    public void Give(MemoryBuffer1D<double, Stride1D.Dense> buffer)
    {
        var length = (int)buffer.Length;
        if (!_free.TryGetValue(length, out var buffers))
        {
            _free[length] = buffers = [];
        }

        buffers.Push(buffer);
    }

    /// <summary>Frees what is not in use.</summary>
    public void Dispose() => Clear();

    private MemoryBuffer1D<double, Stride1D.Dense> Allocate(int length)
    {
        var buffer = allocate(length);
        Bytes += buffer.LengthInBytes;
        return buffer;
    }

    private void Clear()
    {
        wait();
        foreach (var buffer in _free.Values.SelectMany(buffers => buffers))
        {
            Bytes -= buffer.LengthInBytes;
            buffer.Dispose();
        }

        _free.Clear();
    }
}
