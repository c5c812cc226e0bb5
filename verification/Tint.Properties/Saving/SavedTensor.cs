using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures.Safetensors;
using Tint.Reference.Auxiliary;

namespace Tint.Properties.Saving;

/// <summary>Tensors of a batch of one sequence, as fixtures keep them.</summary>
internal static class SavedTensor
{
    /// <summary>[1 × rows × columns].</summary>
    public static SafetensorsTensor Of(string name, Matrix<double> matrix) =>
        new(name, SafetensorsDataType.F64, [1, matrix.RowCount, matrix.ColumnCount], matrix.ToRowMajorArray());

    /// <summary>[1 × count].</summary>
    public static SafetensorsTensor Of(string name, IReadOnlyList<double> values) =>
        new(name, SafetensorsDataType.F64, [1, values.Count], [.. values]);

    /// <summary>[1 × count].</summary>
    public static SafetensorsTensor Of(string name, IReadOnlyList<int> values) =>
        new(name, SafetensorsDataType.I64, [1, values.Count], [.. values.Select(value => (long)value)]);

    /// <summary>[1].</summary>
    public static SafetensorsTensor Of(string name, double value) => new(name, SafetensorsDataType.F64, [1], [value]);

    /// <summary>As it is, without the axis of the batch.</summary>
    public static SafetensorsTensor Of(string name, Tensor tensor) =>
        new(name, SafetensorsDataType.F64, [.. tensor.Shape.Select(size => (long)size)], tensor.Values.ToArray());
}
