using Tint.Reference.Cuda.Kernels;

namespace Tint.Reference.Cuda.Device;

/// <summary>Softmax over the rows of a matrix on a device, as <see cref="LinearAlgebra.RowSoftmax"/> has it on the host.</summary>
internal static class DeviceSoftmax
{
    /// <summary>Replaces entries by exp(entry − largest of its row) and returns the rows' sums, [T × 1].</summary>
    public static DeviceMatrix Exponentiate(DeviceAlgebra algebra, DeviceMatrix scores)
    {
        using var largest = Largest(algebra, scores);
        algebra.Run(scores.Length, new ExponentiateEntries(scores.View, largest.View, scores.Rows));
        using var parts = algebra.PartsOf(scores);
        algebra.Run(parts.Length, new SumRowParts(scores.View, scores.Rows, scores.Columns, DeviceAlgebra.PartWidth(scores.Columns), parts.View));
        return algebra.Combined(parts);
    }

    /// <summary>log Σ_v exp(entry_{t,v}) of every row t, on the host; the matrix stays as it is.</summary>
    public static double[] LogSumExp(DeviceAlgebra algebra, DeviceMatrix scores)
    {
        using var largest = Largest(algebra, scores);
        using var parts = algebra.PartsOf(scores);
        var width = DeviceAlgebra.PartWidth(scores.Columns);
        algebra.Run(parts.Length, new ExponentialRowParts(scores.View, largest.View, scores.Rows, scores.Columns, width, parts.View));
        using var sums = algebra.Combined(parts);
        return [.. DeviceArena.Entries(largest).Zip(DeviceArena.Entries(sums), (most, sum) => most + Math.Log(sum))];
    }

    private static DeviceMatrix Largest(DeviceAlgebra algebra, DeviceMatrix scores)
    {
        using var parts = algebra.PartsOf(scores);
        algebra.Run(parts.Length, new LargestRowParts(scores.View, scores.Rows, scores.Columns, DeviceAlgebra.PartWidth(scores.Columns), parts.View));
        return algebra.Largest(parts);
    }
}
