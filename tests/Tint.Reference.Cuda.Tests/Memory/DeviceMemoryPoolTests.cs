using Tint.Reference.Cuda.Memory;
using Tint.Reference.Cuda.Tests.Fakes;

namespace Tint.Reference.Cuda.Tests.Memory;

public sealed class DeviceMemoryPoolTests : IDisposable
{
    private readonly FakeCuda _machine = new();
    private readonly DeviceMemoryPool _pool;

    public DeviceMemoryPoolTests() => _pool = new(_machine.Open().Runtime);

    public void Dispose()
    {
        _pool.Dispose();
        _machine.AssertNothingLeft();
        _machine.Dispose();
    }

    [Fact]
    public void A_block_given_back_is_reused_for_sizes_of_its_class_and_no_others()
    {
        nint address;
        using (var block = _pool.Rent(1000))
        {
            address = block.Address;
            Assert.Equal(1024, block.Bytes);
        }

        using var same = _pool.Rent(1024);
        using var other = _pool.Rent(1024);
        using var larger = _pool.Rent(1025);
        Assert.Equal(address, same.Address);
        Assert.NotEqual(address, other.Address);
        Assert.Equal(3, _machine.Calls("cudaMalloc"));
        Assert.Equal(0, _machine.Calls("cudaFree"));
    }

    [Fact]
    public void A_block_disposed_twice_goes_back_once()
    {
        var block = _pool.Rent(1000);
        block.Dispose();
        block.Dispose();
        using var first = _pool.Rent(1000);
        using var second = _pool.Rent(1000);
        Assert.NotEqual(first.Address, second.Address);
    }

    [Fact]
    public void Idle_blocks_are_freed_when_the_device_is_full()
    {
        _machine.Device.Capacity = 1 << 20;
        _pool.Rent(700_000).Dispose();
        using var block = _pool.Rent(900_000);
        Assert.Equal(1, _machine.Calls("cudaFree"));
    }

    [Fact]
    public void A_device_that_stays_full_is_one_line_with_what_was_asked_for_and_what_there_is()
    {
        _machine.Device.Capacity = 4 << 20;
        using var block = _pool.Rent(3 << 20);
        Assert.Equal(
            "the operands of a product must fit into the GPU's memory; got 2 MiB more, with 1 MiB of 4 MiB free; "
            + "use a smaller shape, free the device's memory, or use ProviderChoice.Simd",
            Assert.Throws<DeviceFullException>(() => _pool.Rent(2 << 20)).Complaint.Message);
        using var fits = _pool.Rent(1 << 20);
    }

    [Fact]
    public void A_block_that_outlives_the_pool_is_freed_when_it_comes_back()
    {
        var block = _pool.Rent(1000);
        _pool.Dispose();
        Assert.Equal(1, _machine.Device.Count);
        block.Dispose();
        Assert.Equal(0, _machine.Device.Count);
    }
}
