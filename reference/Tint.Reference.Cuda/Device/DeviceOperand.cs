namespace Tint.Reference.Cuda.Device;

/// <summary>A factor of a product: a matrix, and whether its transpose is meant.</summary>
internal readonly record struct DeviceOperand(DeviceMatrix Matrix, bool Transposed)
{
    /// <summary>The rows of op(A_h), A_h one of equal blocks of columns.</summary>
    public int Rows(int blocks) => Transposed ? Matrix.Columns / blocks : Matrix.Rows;

    /// <summary>The columns of op(A_h), A_h one of equal blocks of columns.</summary>
    public int Columns(int blocks) => Transposed ? Matrix.Rows : Matrix.Columns / blocks;
}
