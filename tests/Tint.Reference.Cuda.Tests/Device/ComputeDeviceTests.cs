using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Cuda.Device;

namespace Tint.Reference.Cuda.Tests.Device;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(false, true, 1)]
    [InlineData(true, false, 1)]
    [InlineData(true, true, 1)]
    [InlineData(false, false, 3)]
    [InlineData(false, true, 3)]
    [InlineData(true, false, 3)]
    public void A_product_of_blocks_is_the_product_of_every_block(bool transposeA, bool transposeB, int blocks)
    {
        const int Rows = 5, Inner = 4, Columns = 7;
        var random = new Random(1);
        Matrix<double>[] a = Blocks(transposeA ? Inner : Rows, transposeA ? Rows : Inner), b = Blocks(transposeB ? Columns : Inner, transposeB ? Inner : Columns);
        var actual = OnDevice(algebra => DeviceArena.Download(algebra.Product(
            new DeviceOperand(algebra.Arena.Upload(SideBySide(a)), transposeA), new DeviceOperand(algebra.Arena.Upload(SideBySide(b)), transposeB), blocks)));
        var expected = SideBySide([.. a.Zip(b, (x, y) => (transposeA ? x.Transpose() : x) * (transposeB ? y.Transpose() : y))]);
        Assert.True((actual - expected).Enumerate().All(error => Math.Abs(error) <= 1e-14), "a block differs");

        Matrix<double>[] Blocks(int rows, int columns) =>
            [.. Enumerable.Range(0, blocks).Select(_ => Matrix<double>.Build.Dense(rows, columns, (_, _) => random.NextDouble()))];
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var error = Assert.Throws<RuleViolationException>(() => OnDevice(algebra => algebra.Product(algebra.Arena.Zeros(2, 3), algebra.Arena.Zeros(2, 3))));
        Assert.Contains("[2 × 3]·[2 × 3]", error.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 2)]
    [InlineData(100, 5)]
    public void Sums_of_rows_are_the_host_s(int rows, int columns)
    {
        var matrix = Matrix<double>.Build.Dense(rows, columns, (i, j) => i - (3 * j));
        Assert.Equal(matrix.ColumnSums(), OnDevice(algebra => DeviceArena.DownloadVector(algebra.SumOfRows(algebra.Arena.Upload(matrix)))));
        Assert.Equal(matrix.ColumnSums() / 8, OnDevice(algebra => DeviceArena.DownloadVector(algebra.SumOfRows(algebra.Arena.Upload(matrix), 8))));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void An_entry_that_is_not_finite_is_found_wherever_it_is(double value)
    {
        for (var place = 0; place < 12; place++)
        {
            var matrix = Matrix<double>.Build.Dense(3, 4, (i, j) => i + (3 * j) == place ? value : double.MaxValue);
            var error = Assert.Throws<RuleViolationException>(() => OnDevice(algebra =>
            {
                algebra.RequireFinite(algebra.Arena.Upload(matrix), "the matrix");
                return true;
            }));
            Assert.Equal(FormattableString.Invariant($"{value} in the matrix"), error.Found);
        }
    }

    [Fact]
    public void What_an_arena_gives_back_is_handed_out_again()
    {
        using var device = ComputeDevice.Host();
        var (first, second) = On(device, algebra =>
        {
            var matrix = algebra.Arena.Rent(17, 3);
            var address = matrix.Address;
            matrix.Dispose();
            matrix.Dispose();
            return (address, algebra.Arena.Rent(3, 17).Address);
        });
        Assert.Equal(first, second);
        Assert.Equal(first, On(device, algebra => algebra.Arena.Rent(51, 1).Address));
        Assert.Equal(51 * 8, device.Bytes);
    }

    [Fact]
    public void A_matrix_beyond_what_an_index_counts_is_refused() =>
        Assert.Throws<RuleViolationException>(() => OnDevice(algebra => algebra.Arena.Rent(1 << 16, 1 << 15)));

    [Fact]
    public void A_device_can_be_opened_and_closed_beside_another()
    {
        using var device = ComputeDevice.Host();
        Assert.False(string.IsNullOrEmpty(device.Name));
    }

    private static Matrix<double> SideBySide(Matrix<double>[] blocks) => blocks.Aggregate((left, right) => left.Append(right));

    private static TResult OnDevice<TResult>(Func<DeviceAlgebra, TResult> function) => On(HostDevice.Instance, function);

    private static TResult On<TResult>(ComputeDevice device, Func<DeviceAlgebra, TResult> function) => device.Invoke(() =>
    {
        using var arena = new DeviceArena(device);
        return function(new DeviceAlgebra(device, arena));
    });
}
