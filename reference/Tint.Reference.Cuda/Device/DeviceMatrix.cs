using ILGPU;
using ILGPU.Runtime;

namespace Tint.Reference.Cuda.Device;

/// <summary>A matrix in a device's memory, column-major; a vector is a matrix of one column. Disposing it gives the memory back to its arena.</summary>
internal sealed class DeviceMatrix : IDisposable
{
    /// <summary>A matrix over a buffer that holds as many entries.</summary>
    public DeviceMatrix(DeviceArena arena, MemoryBuffer1D<double, Stride1D.Dense> buffer, int rows, int columns)
    {
        (Arena, Buffer, Rows, Columns) = (arena, buffer, rows, columns);
    }

    /// <summary>Where the memory came from.</summary>
    public DeviceArena Arena { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of entries.</summary>
    public int Length => Rows * Columns;

    /// <summary>The entries, for loops on the device.</summary>
    public ArrayView<double> View => Buffer.View;

    /// <summary>The address of the first entry, for products on the device.</summary>
    public nint Address => View.LoadEffectiveAddressAsPtr();

    /// <summary>The memory.</summary>
    public MemoryBuffer1D<double, Stride1D.Dense> Buffer { get; }

    /// <summary>Gives the memory back; the entries must not be used again.</summary>
    public void Dispose() => Arena.Release(this);
}
