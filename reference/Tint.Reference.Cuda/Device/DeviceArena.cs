using ILGPU;
using ILGPU.Runtime;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda.Device;

/// <summary>The matrices of one run: whatever it has not given back itself goes back to the device's memory when the arena ends, also after a failure.</summary>
internal sealed class DeviceArena(ComputeDevice device) : IDisposable
{
    private readonly ComputeDevice _device = device;
    private readonly HashSet<DeviceMatrix> _matrices = [];
    private readonly List<MemoryBuffer1D<int, Stride1D.Dense>> _integers = [];

    /// <summary>A matrix with whatever entries the memory holds.</summary>
    /// <exception cref="RuleViolationException">The device has no memory left, or the matrix has more entries than an index counts.</exception>
    public DeviceMatrix Rent(int rows, int columns)
    {
        var length = (long)rows * columns;
        if (length > int.MaxValue)
        {
            throw new RuleViolationException(
                "a matrix on the device must have fewer than 2³¹ entries", $"[{rows} × {columns}]", "use fewer tokens or a smaller vocabulary");
        }

        var matrix = new DeviceMatrix(this, _device.Take((int)length), rows, columns);
        _matrices.Add(matrix);
        return matrix;
    }

    /// <summary>A matrix of zeros.</summary>
    public DeviceMatrix Zeros(int rows, int columns)
    {
        var matrix = Rent(rows, columns);
        matrix.Buffer.MemSetToZero();
        return matrix;
    }

    /// <summary>A copy on the device.</summary>
    public DeviceMatrix Upload(Matrix<double> matrix) => Upload(matrix.RowCount, matrix.ColumnCount, ColumnMajor.Entries(matrix));

    /// <summary>A copy on the device, of one column.</summary>
    public DeviceMatrix Upload(Vector<double> vector) => Upload(vector.Count, 1, ColumnMajor.Entries(vector));

    /// <summary>Whole numbers on the device, at least one.</summary>
    public ArrayView<int> Upload(int[] values)
    {
        var buffer = _device.Copy(values);
        _integers.Add(buffer);
        return buffer.View;
    }

    /// <summary>A copy on the host.</summary>
    public static Matrix<double> Download(DeviceMatrix matrix) => ColumnMajor.Wrap(matrix.Rows, matrix.Columns, Entries(matrix));

    /// <summary>A copy of one column on the host.</summary>
    public static Vector<double> DownloadVector(DeviceMatrix vector) => ColumnMajor.Wrap(Entries(vector));

    /// <summary>The entries in column-major order, on the host; waits until they are computed.</summary>
    public static double[] Entries(DeviceMatrix matrix) => matrix.Arena._device.ToHost(matrix.Buffer);

    /// <summary>Gives a matrix of this arena back; one of another arena, or one that was given back, stays as it is.</summary>
    public void Release(DeviceMatrix matrix)
    {
        if (_matrices.Remove(matrix))
        {
            _device.Give(matrix.Buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var matrix in _matrices)
        {
            _device.Give(matrix.Buffer);
        }

        _matrices.Clear();
        _device.Wait();
        foreach (var buffer in _integers)
        {
            buffer.Dispose();
        }

        _integers.Clear();
    }

    private DeviceMatrix Upload(int rows, int columns, double[] entries)
    {
        var matrix = Rent(rows, columns);
        _device.ToDevice(entries, matrix.Buffer);
        return matrix;
    }
}
