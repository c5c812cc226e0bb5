using System.Runtime.CompilerServices;
using Tint.Reference.Cuda.Tests.Fakes;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Cuda.Tests;

/// <summary>Constants on the device, seen through products.</summary>
public sealed class CudaConstantsTests : IDisposable
{
    private const int N = 16;

    private readonly FakeCuda _machine = new();
    private readonly CudaLinearAlgebraProvider _provider;

    public CudaConstantsTests() => _provider = _machine.Provider();

    private int Copies => _machine.Calls("cudaMemcpyAsync");

    public void Dispose()
    {
        _provider.Dispose();
        _machine.AssertNothingLeft();
        _machine.Dispose();
    }

    [Fact]
    public void A_constant_is_copied_once_and_other_operands_every_time()
    {
        double[] constant = Constant(3), other = Filled(5);
        Assert.Equal((3, 240.0), Multiply(constant, other));
        Assert.Equal((2, 240.0), Multiply(constant, other));
        other[0] = 6;
        Assert.Equal((2, 243.0), Multiply(constant, other));
        Assert.Equal((2, 243.0), Multiply(other, constant));
        Assert.Equal((1, 144.0), Multiply(constant, constant));
        Assert.Equal(2, Multiply(other, other).Copies);
        Assert.Equal(1, _provider.ConstantCount);
    }

    [Fact]
    public void An_array_that_nobody_marked_is_never_kept()
    {
        var operand = Filled(3);
        Multiply(operand, Filled(1));
        operand[0] = 4;
        Assert.Equal((3, 49.0), Multiply(operand, Filled(1)));
        Assert.Equal(0, _provider.ConstantCount);
    }

    [Fact]
    public void A_constant_in_single_precision_is_kept_as_well()
    {
        float[] constant = [2, 2, 2, 2], result = new float[4];
        ConstantArrays.Mark(constant);
        _provider.MatrixMultiply(constant, 2, 2, constant, 2, 2, result);
        Assert.Equal([8f, 8f, 8f, 8f], result);
        Assert.Equal(1, _provider.ConstantCount);
    }

    [Fact]
    public void A_constant_that_was_collected_gives_its_memory_back()
    {
        UseAndForget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Multiply(Constant(1), Filled(1));
        Assert.Equal(1, _provider.ConstantCount);
    }

    [Fact]
    public void When_the_device_is_full_the_constant_used_longest_ago_goes_and_comes_back_when_it_is_needed()
    {
        // Room for three matrices of 2 KiB on top of what the provider's first products left; a product needs two beside a constant.
        _provider.FreeResources();
        _machine.Device.Capacity = _machine.Device.Used + (4 * 2048);
        double[] first = Constant(1), second = Constant(2), other = Filled(1);
        Assert.Equal((3, 16.0), Multiply(first, other));
        Assert.Equal((3, 32.0), Multiply(second, other));
        Assert.Equal(2, _provider.ConstantCount);
        Assert.Equal((2, 16.0), Multiply(first, other));
        var third = Constant(3);
        Assert.Equal((3, 48.0), Multiply(third, other));
        Assert.Equal((2, 16.0), Multiply(first, other));
        Assert.Equal((3, 32.0), Multiply(second, other));
    }

    [Fact]
    public void A_constant_that_the_product_reads_does_not_go_to_make_room_for_it()
    {
        _provider.FreeResources();
        _machine.Device.Capacity = _machine.Device.Used + (2 * 2048);
        OneLine.Of(() => Multiply(Constant(1), Filled(1)));
        _machine.AssertNoViolation();
    }

    [Fact]
    public void A_product_that_does_not_fit_even_without_constants_is_one_line_and_smaller_ones_still_work()
    {
        _provider.FreeResources();
        _machine.Device.Capacity = _machine.Device.Used + (3 * 2048);
        double[] constant = Constant(1), large = new double[N * 40];
        Multiply(constant, Filled(1));
        Assert.Contains("must fit into the GPU's memory", OneLine.Of(() => _provider.MatrixMultiply(constant, N, N, large, N, 40, new double[N * 40])), StringComparison.Ordinal);
        Assert.Equal(16.0, Multiply(constant, Filled(1)).First);
    }

    [Fact]
    public void Products_that_fit_one_at_a_time_wait_for_each_other()
    {
        // Room for one product of three matrices of 2 KiB, while three may be under way.
        _provider.FreeResources();
        _machine.Device.Capacity = _machine.Device.Used + (3 * 2048);
        Parallel.For(1, 50, new ParallelOptions { MaxDegreeOfParallelism = 8 }, seed => Assert.Equal(16.0 * seed, Multiply(Filled(seed), Filled(1)).First));
    }

    [Fact]
    public void FreeResources_gives_all_memory_back_and_constants_return()
    {
        var constant = Constant(1);
        Multiply(constant, Filled(1));
        _provider.FreeResources();
        Assert.Equal((0, 0), (_provider.ConstantCount, _machine.Device.Count));
        Assert.Equal((3, 16.0), Multiply(constant, Filled(1)));
    }

    [Fact]
    public void A_constant_whose_copy_fails_is_copied_again()
    {
        double[] constant = Constant(1), other = Filled(1);
        _machine.Fail("cudaStreamSynchronize", 719);
        OneLine.Of(() => Multiply(constant, other));
        Assert.Equal((3, 16.0), Multiply(constant, other));
    }

    [Fact]
    public void Threads_that_need_one_constant_at_once_share_one_copy()
    {
        double[] constant = Constant(1), other = Filled(1);
        Parallel.For(0, 50, _ =>
        {
            var result = new double[N * N];
            _provider.MatrixMultiply(constant, N, N, other, N, N, result);
            Assert.All(result, entry => Assert.Equal(16, entry));
        });
        Assert.Equal(1, _provider.ConstantCount);
        Assert.Equal((2, 16.0), Multiply(constant, other));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void UseAndForget() => Multiply(Constant(1), Filled(1));

    private static double[] Filled(double value)
    {
        var entries = new double[N * N];
        Array.Fill(entries, value);
        return entries;
    }

    private static double[] Constant(double value)
    {
        var entries = Filled(value);
        ConstantArrays.Mark(entries);
        return entries;
    }

    /// <summary>How many copies a product takes, and its first entry.</summary>
    private (int Copies, double First) Multiply(double[] left, double[] right)
    {
        var before = Copies;
        var result = new double[N * N];
        _provider.MatrixMultiply(left, N, N, right, N, N, result);
        return (Copies - before, result[0]);
    }
}
