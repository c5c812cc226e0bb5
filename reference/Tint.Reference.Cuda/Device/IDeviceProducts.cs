namespace Tint.Reference.Cuda.Device;

/// <summary>Matrix products on a device's memory, in the order of its queue.</summary>
internal interface IDeviceProducts : IDisposable
{
    /// <summary>
    /// C_h ← op(A_h)·op(B_h), [rows × inner]·[inner × columns], for the blocks h of columns that A, B and C are made of: <paramref name="blocks"/>
    /// of equal width side by side, each contiguous in column-major order.
    /// </summary>
    /// <param name="a">A and its op.</param>
    /// <param name="b">B and its op.</param>
    /// <param name="c">C, which shares no memory with A and B.</param>
    /// <param name="rows">The rows of op(A_h).</param>
    /// <param name="inner">The columns of op(A_h).</param>
    /// <param name="columns">The columns of op(B_h).</param>
    /// <param name="blocks">How many blocks; 1 for an ordinary product.</param>
    public void Multiply(in DeviceOperand a, in DeviceOperand b, DeviceMatrix c, int rows, int inner, int columns, int blocks);
}
