using FsCheck;
using FsCheck.Xunit;
using Tint.Reference.Cuda.Products;

namespace Tint.Reference.Cuda.Tests.Products;

public sealed class ProductCostsTests
{
    [Fact]
    public void Costs_are_those_that_explain_the_timings()
    {
        // A call 10 µs, 1 ns a byte, 1 ps a multiply-add there and 50 ps here; matrices of 100² float64.
        const double Matrix = 80_000, MultiplyAdds = 1e6;
        var costs = ProductCosts.Of(new(
            Side: 100,
            EntryBytes: 8,
            Small: 1e-5,
            Moved: 1e-5 + (3 * Matrix * 1e-9) + (MultiplyAdds * 1e-12),
            Resident: 1e-5 + (Matrix * 1e-9) + (MultiplyAdds * 1e-12),
            Simd: MultiplyAdds * 50e-12));
        Assert.Equal(1e-5, costs.Call, 1e-12);
        Assert.Equal(1e-9, costs.PerByte, 1e-15);
        Assert.Equal(1e-12, costs.PerMultiplyAdd, 1e-18);
        Assert.Equal(50e-12, costs.SimdPerMultiplyAdd, 1e-18);
    }

    [Fact]
    public void Noise_makes_no_cost_negative()
    {
        var costs = ProductCosts.Of(new(Side: 10, EntryBytes: 8, Small: 3, Moved: 1, Resident: 2, Simd: 1));
        Assert.Equal((3, 0, 0), (costs.Call, costs.PerByte, costs.PerMultiplyAdd));
    }

    [Fact]
    public void What_is_all_copying_stays_and_what_is_all_arithmetic_goes()
    {
        var costs = new ProductCosts(Call: 1e-5, PerByte: 1e-10, PerMultiplyAdd: 1e-13, SimdPerMultiplyAdd: 2e-11);
        Assert.False(costs.FavourDevice(multiplyAdds: 32 * 32 * 32, movedBytes: 3 * 32 * 32 * 8));
        Assert.True(costs.FavourDevice(multiplyAdds: 1L << 30, movedBytes: 3 << 23));

        // A vector by a matrix of 1024²: not if the matrix must be copied, but if it is there.
        Assert.False(costs.FavourDevice(multiplyAdds: 1 << 20, movedBytes: (1 << 23) + (2 << 13)));
        Assert.True(costs.FavourDevice(multiplyAdds: 1 << 20, movedBytes: 2 << 13));
    }

    [Property]
    public void Where_a_cube_goes_every_larger_cube_goes(NormalFloat call, NormalFloat perByte, NormalFloat simd, byte side)
    {
        var costs = new ProductCosts(Math.Abs(call.Get), Math.Abs(perByte.Get), 0, Math.Abs(simd.Get));
        bool Goes(long n) => costs.FavourDevice(n * n * n, 24 * n * n);
        Assert.True(!Goes(side) || Goes(side + 1));
    }
}
