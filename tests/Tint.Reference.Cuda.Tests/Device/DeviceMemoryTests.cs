using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Tint.Reference.Cuda.Device;

namespace Tint.Reference.Cuda.Tests.Device;

public sealed class DeviceMemoryTests : IDisposable
{
    private const int Capacity = 1000;

    private readonly Context _context = Context.Create(builder => builder.CPU(new CPUDevice(2, 1, 1)));
    private readonly CPUAccelerator _accelerator;
    private readonly DeviceMemory _memory;
    private int _allocations;
    private int _waits;

    public DeviceMemoryTests()
    {
        _accelerator = _context.CreateCPUAccelerator(0);
        _memory = new DeviceMemory(Allocate, () => _waits++, Capacity);
    }

    [Fact]
    public void A_buffer_that_came_back_is_handed_out_again_to_the_same_length_only()
    {
        var buffer = _memory.Take(10);
        _memory.Give(buffer);
        Assert.NotSame(buffer, _memory.Take(11));
        Assert.Same(buffer, _memory.Take(10));
        Assert.Equal((2, 168L), (_allocations, _memory.Bytes));
    }

    [Fact]
    public void When_there_is_no_room_what_is_not_in_use_is_freed_once_nothing_waits_for_it()
    {
        _memory.Give(_memory.Take(100));
        var buffer = _memory.Take(110);
        Assert.Equal((110L, 880L, 1), (buffer.Length, _memory.Bytes, _waits));
    }

    [Fact]
    public void When_there_is_none_even_so_it_is_one_line_with_what_was_wanted_and_what_there_is()
    {
        _ = _memory.Take(100);
        var error = Assert.Throws<RuleViolationException>(() => _memory.Take(1000));
        Assert.Equal("no room for 0.008 MB of 0.001 MB (it says no)", error.Found);
        Assert.Equal(800, _memory.Bytes);
    }

    [Fact]
    public void A_device_that_fails_is_one_line()
    {
        using var device = ComputeDevice.Host();
        var error = Assert.Throws<RuleViolationException>(() => device.Invoke<int>(() => throw new FailingDeviceException()));
        Assert.Equal("it says no", error.Found);
        Assert.Equal(3, device.Invoke(() => device.Invoke(() => 3)));
    }

    public void Dispose()
    {
        _memory.Dispose();
        _accelerator.Dispose();
        _context.Dispose();
    }

    private MemoryBuffer1D<double, Stride1D.Dense> Allocate(int length)
    {
        _allocations++;
        return _memory.Bytes + (8L * length) <= Capacity ? _accelerator.Allocate1D<double>(length) : throw new FailingDeviceException();
    }
}
