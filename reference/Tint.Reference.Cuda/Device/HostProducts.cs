using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda.Device;

/// <summary>Products on the host's memory, by the SIMD code of the linear-algebra provider.</summary>
internal sealed unsafe class HostProducts : IDeviceProducts
{
    private static readonly VectorWidth Width = VectorWidths.Widest;

    /// <inheritdoc/>
    public void Multiply(in DeviceOperand a, in DeviceOperand b, DeviceMatrix c, int rows, int inner, int columns, int blocks)
    {
        for (var block = 0; block < blocks; block++)
        {
            var target = (double*)c.Address + ((long)block * rows * columns);
            Products<double>.Run(Width, View(a, block, blocks), View(b, block, blocks), 1, 0, target);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private static MatrixView<double> View(in DeviceOperand operand, int block, int blocks)
    {
        var (rows, columns) = (operand.Matrix.Rows, operand.Matrix.Columns / blocks);
        return MatrixView<double>.ColumnMajor((double*)operand.Matrix.Address + ((long)block * rows * columns), rows, columns, operand.Transposed);
    }
}
