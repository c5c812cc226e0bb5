using ILGPU;
using Tint.Reference.Cuda.Kernels;

namespace Tint.Reference.Cuda.Device;

/// <summary>
/// Linear algebra on matrices of a device, [rows × columns], column-major. Methods that return a matrix return a new one, which the caller disposes.
/// </summary>
/// <remarks>
/// Sums are split into about √n parts of √n terms that are added in order, then the parts in order: enough turns for a device to be busy, and the
/// same bits in every run. Rounding bounds hold for any order of terms.
/// </remarks>
internal sealed class DeviceAlgebra(ComputeDevice device, DeviceArena arena)
{
    /// <summary>The parts of a column's sum. A power of two of at least a warp, so that its threads read neighbouring rows.</summary>
    private const int ColumnParts = 32;

    /// <summary>The parts of a search.</summary>
    private const int SearchParts = 1 << 14;

    /// <summary>The arena that new matrices come from.</summary>
    public DeviceArena Arena => arena;

    /// <summary>left·right.</summary>
    public DeviceMatrix Product(DeviceMatrix left, DeviceMatrix right) =>
        Product(new DeviceOperand(left, false), new DeviceOperand(right, false), blocks: 1);

    /// <summary>left·rightᵀ.</summary>
    public DeviceMatrix ProductWithTransposed(DeviceMatrix left, DeviceMatrix right) =>
        Product(new DeviceOperand(left, false), new DeviceOperand(right, true), blocks: 1);

    /// <summary>leftᵀ·right.</summary>
    public DeviceMatrix ProductOfTransposed(DeviceMatrix left, DeviceMatrix right) =>
        Product(new DeviceOperand(left, true), new DeviceOperand(right, false), blocks: 1);

    /// <summary>op(A_h)·op(B_h) for the equal blocks h of columns, side by side.</summary>
    public DeviceMatrix Product(DeviceOperand left, DeviceOperand right, int blocks)
    {
        var result = arena.Rent(left.Rows(blocks), right.Columns(blocks) * blocks);
        device.Multiply(left, right, result, blocks);
        return result;
    }

    /// <summary>factor·x.</summary>
    public DeviceMatrix Scaled(DeviceMatrix x, double factor)
    {
        var result = Like(x);
        Run(x.Length, new ScaleEntries(x.View, factor, result.View));
        return result;
    }

    /// <summary>x ← factor·x.</summary>
    public void Scale(DeviceMatrix x, double factor) => Run(x.Length, new ScaleEntries(x.View, factor, x.View));

    /// <summary>out ← factor·(out + 1·biasᵀ).</summary>
    public void AddBiasAndScale(DeviceMatrix output, DeviceMatrix bias, double factor) =>
        Run(output.Length, new AddBiasAndScale(output.View, bias.View, output.Rows, factor));

    /// <summary>sum ← sum + addend.</summary>
    public void AddTo(DeviceMatrix sum, DeviceMatrix addend) => Run(sum.Length, new AddEntries(sum.View, addend.View));

    /// <summary>ρ(old − η·gradient).</summary>
    public DeviceMatrix Descended(DeviceMatrix old, DeviceMatrix gradient, double rho, double eta)
    {
        var result = Like(old);
        Run(old.Length, new DescendEntries(old.View, gradient.View, rho, eta, result.View));
        return result;
    }

    /// <summary>The chosen rows, in order.</summary>
    public DeviceMatrix Rows(DeviceMatrix x, ArrayView<int> chosen)
    {
        var result = arena.Rent((int)chosen.Length, x.Columns);
        Run(result.Length, new GatherRows(x.View, x.Rows, chosen, result.Rows, result.View));
        return result;
    }

    /// <summary>Σ_t x_t/divisor, the sum of the rows, [columns].</summary>
    public DeviceMatrix SumOfRows(DeviceMatrix x, double divisor = 1)
    {
        using var parts = arena.Rent(ColumnParts, x.Columns);
        Run(parts.Length, new SumColumnParts(x.View, x.Rows, ColumnParts, parts.View));
        var sums = arena.Rent(x.Columns, 1);
        Run(sums.Length, new CombineColumnParts(parts.View, ColumnParts, divisor, sums.View));
        return sums;
    }

    /// <summary>The width of the parts that a row of <paramref name="columns"/> entries is split into.</summary>
    public static int PartWidth(int columns) => (int)Math.Ceiling(Math.Sqrt(columns));

    /// <summary>A matrix with room for the parts of every row.</summary>
    public DeviceMatrix PartsOf(DeviceMatrix x)
    {
        var width = PartWidth(x.Columns);
        return arena.Rent(x.Rows, (x.Columns + width - 1) / width);
    }

    /// <summary>Row by row the sum of parts [rows × count·groups] over <paramref name="divisor"/>, in every group; [rows × groups].</summary>
    public DeviceMatrix Combined(DeviceMatrix parts, double divisor = 1, int groups = 1)
    {
        var result = arena.Rent(parts.Rows, groups);
        Run(result.Length, new CombineRowParts(parts.View, parts.Rows, parts.Columns / groups, divisor, result.View));
        return result;
    }

    /// <summary>Row by row the largest of parts [rows × count·groups], in every group; [rows × groups].</summary>
    public DeviceMatrix Largest(DeviceMatrix parts, int groups = 1)
    {
        var result = arena.Rent(parts.Rows, groups);
        Run(result.Length, new LargestOfRowParts(parts.View, parts.Rows, parts.Columns / groups, result.View));
        return result;
    }

    /// <summary>A matrix of the same shape.</summary>
    public DeviceMatrix Like(DeviceMatrix x) => arena.Rent(x.Rows, x.Columns);

    /// <summary>Runs a loop on the device.</summary>
    public void Run<TBody>(int count, TBody body)
        where TBody : struct, IDeviceLoop => device.Run(count, body);

    /// <summary>Waits until everything that was asked for is done.</summary>
    public void Wait() => device.Wait();

    /// <summary>Requires finite entries; waits until they are computed.</summary>
    /// <exception cref="RuleViolationException">An entry is NaN or infinite.</exception>
    public void RequireFinite(DeviceMatrix matrix, string name)
    {
        using var found = arena.Rent(Math.Min(SearchParts, matrix.Length), 1);
        Run(found.Length, new FindNotFinite(matrix.View, matrix.Length, found.Length, found.View));
        foreach (var entry in DeviceArena.Entries(found))
        {
            if (entry != 0)
            {
                throw Divergence.Of(entry, name);
            }
        }
    }
}
