using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Device;

/// <summary>Products by cuBLAS, on the default stream of the context that was current when it was created, where the device's loops run too.</summary>
internal sealed class CublasProducts : IDeviceProducts
{
    private readonly ICublas _cublas;
    private readonly nint _handle;

    /// <summary>Creates a handle in the current context.</summary>
    public CublasProducts(ICublas cublas)
    {
        _cublas = cublas;
        _handle = cublas.CreateHandle();
    }

    /// <inheritdoc/>
    public void Multiply(in DeviceOperand a, in DeviceOperand b, DeviceMatrix c, int rows, int inner, int columns, int blocks)
    {
        var (opA, opB) = (Operation(a), Operation(b));
        if (blocks == 1)
        {
            _cublas.Gemm(_handle, opA, opB, rows, columns, inner, 1.0, a.Matrix.Address, a.Matrix.Rows, b.Matrix.Address, b.Matrix.Rows, 0.0, c.Address, rows);
            return;
        }

        var (strideA, strideB) = ((long)a.Matrix.Length / blocks, (long)b.Matrix.Length / blocks);
        _cublas.GemmStridedBatched(
            _handle,
            opA,
            opB,
            rows,
            columns,
            inner,
            1.0,
            a.Matrix.Address,
            a.Matrix.Rows,
            strideA,
            b.Matrix.Address,
            b.Matrix.Rows,
            strideB,
            0.0,
            c.Address,
            rows,
            (long)rows * columns,
            blocks);
    }

    /// <inheritdoc/>
    public void Dispose() => _cublas.DestroyHandle(_handle);

    private static CublasOperation Operation(in DeviceOperand operand) => operand.Transposed ? CublasOperation.Transpose : CublasOperation.None;
}
