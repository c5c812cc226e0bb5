using System.Runtime.InteropServices;
using Tint.Reference.Cuda.Native;
using Tint.Reference.Cuda.Tests.Fakes;

namespace Tint.Reference.Cuda.Tests.Native;

/// <summary>Every function through its C signature: what arrives there, and what comes back.</summary>
public sealed unsafe class NativeCallsTests : IDisposable
{
    private readonly FakeCuda _machine = new() { DeviceCount = 3 };
    private readonly ICudaRuntime _runtime;
    private readonly ICublas _cublas;
    private readonly nint _stream, _handle;

    public NativeCallsTests()
    {
        (_runtime, _cublas) = _machine.Open();
        _stream = _runtime.CreateStream();
        _handle = _cublas.CreateHandle();
        _cublas.SetStream(_handle, _stream);
    }

    public void Dispose()
    {
        _cublas.DestroyHandle(_handle);
        _runtime.DestroyStream(_stream);
        _machine.AssertNothingLeft();
        _machine.Dispose();
    }

    [Fact]
    public void Versions_and_names_are_told()
    {
        Assert.Equal(3, _runtime.DeviceCount());
        Assert.Equal("Fake GPU 2", _runtime.DeviceName(2));
        Assert.Equal(new Version(12, 4), _runtime.RuntimeVersion());
        _machine.Runtime.DriverVersion = 13010;
        Assert.Equal(new Version(13, 1), _runtime.DriverVersion());
        Assert.Equal(new Version(12, 4, 5), _cublas.Version(_handle));
        _runtime.SetDevice(1);
        Assert.Equal(1, _machine.CurrentDevice);
        _runtime.SetDevice(0);
    }

    [Theory]
    [InlineData("cuInit")]
    [InlineData("cuDeviceGet")]
    [InlineData("cuDeviceGetName")]
    public void A_device_whose_name_is_not_told_is_called_by_its_number(string function)
    {
        _machine.Fail(function, 1);
        Assert.Equal("device 0", _runtime.DeviceName(0));
    }

    [Fact]
    public void The_handle_s_modes_are_those_of_the_headers()
    {
        var handle = _machine.Cublas.Handles[_handle];
        Assert.Equal((2, 0, _stream), (handle.MathMode, handle.PointerMode, handle.Stream));
        Assert.Equal([0, 1, 2], Enum.GetValues<CublasOperation>().Select(operation => (int)operation));
    }

    [Fact]
    public void Copies_go_there_within_and_back_and_bytes_are_filled()
    {
        Assert.True(_runtime.TryAllocateHost(64, out var host));
        Assert.True(_runtime.TryAllocate(64, out var first));
        Assert.True(_runtime.TryAllocate(64, out var second));
        byte[] sent = [.. Enumerable.Range(1, 64).Select(i => (byte)i)], received = new byte[64];
        Marshal.Copy(sent, 0, host, 64);
        _runtime.CopyToDeviceAsync(first, host, 64, _stream);
        _runtime.CopyOnDeviceAsync(second, first + 1, 63, _stream);
        _runtime.FillAsync(second, 7, 3, _stream);
        _runtime.Synchronize(_stream);
        new Span<byte>((void*)host, 64).Clear();
        _runtime.CopyToHostAsync(host, second, 63, _stream);
        _runtime.Synchronize(_stream);
        Marshal.Copy(host, received, 0, 64);
        Assert.Equal([7, 7, 7, .. sent[4..], 0], received);
        Assert.Equal(new DeviceMemoryInfo((64 << 20) - 128, 64 << 20), _runtime.MemoryInfo());
        _runtime.Free(first);
        _runtime.Free(second);
        _runtime.FreeHost(host);
    }

    [Fact]
    public void Where_there_is_no_room_allocating_says_so_and_leaves_no_address()
    {
        Assert.False(_runtime.TryAllocate(65L << 20, out var device));
        Assert.False(_runtime.TryAllocateHost(65L << 20, out var host));
        Assert.Equal((0, 0), (device, host));
    }

    [Fact]
    public void An_event_that_was_never_recorded_has_happened()
    {
        var marker = _runtime.CreateEvent();
        _runtime.SynchronizeEvent(marker);
        _runtime.DestroyEvent(marker);
    }

    [Fact]
    public void Batched_products_in_both_types_find_every_operand_at_its_stride()
    {
        // (1 2; 3 4)ᵀ, shared, times the columns (1 1) and then (2 0); doubled, plus three times what was there.
        Assert.True(_runtime.TryAllocate(128, out var device));
        var doubles = new Span<double>((void*)device, 12);
        ((double[])[1, 3, 2, 4, 1, 1, 2, 0, 10, 20, 30, 40]).CopyTo(doubles);
        _cublas.GemmStridedBatched(
            _handle, CublasOperation.Transpose, CublasOperation.None, 2, 1, 2, 2.0, device, 2, 0, device + 32, 2, 2, 3.0, device + 64, 2, 2, 2);
        _runtime.Synchronize(_stream);
        Assert.Equal([38, 72, 94, 128], doubles[8..].ToArray());
        var floats = new Span<float>((void*)device, 12);
        ((float[])[1, 3, 2, 4, 1, 1, 2, 0, 10, 20, 30, 40]).CopyTo(floats);
        _cublas.GemmStridedBatched(
            _handle, CublasOperation.Transpose, CublasOperation.None, 2, 1, 2, 2f, device, 2, 0, device + 16, 2, 2, 3f, device + 32, 2, 2, 2);
        _runtime.Synchronize(_stream);
        Assert.Equal([38, 72, 94, 128], floats[8..].ToArray());
        _runtime.Free(device);
    }

    [Fact]
    public void Arguments_that_cuBLAS_refuses_become_one_line()
    {
        var message = OneLine.Of(() => _cublas.Gemm(_handle, CublasOperation.None, CublasOperation.None, 2, 1, 2, 1.0, 0, 1, 0, 2, 0.0, 0, 2));
        Assert.StartsWith("the cuBLAS call cublasDgemm must succeed; got status 7 (what the status means); ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cublasSetMathMode")]
    [InlineData("cublasSetPointerMode_v2")]
    public void A_handle_that_can_not_be_set_up_is_not_left_behind(string function)
    {
        _machine.Fail(function, 14);
        Assert.Contains("status 14", OneLine.Of(() => _cublas.CreateHandle()), StringComparison.Ordinal);
        Assert.Single(_machine.Cublas.Handles);
    }

    [Fact]
    public void This_process_s_loader_finds_and_misses_libraries_and_functions()
    {
        var loader = new ProcessLoader();
        Assert.False(loader.TryLoad("libcudart.so.0", out _));
        Assert.True(loader.TryLoad(OperatingSystem.IsWindows() ? "kernel32.dll" : OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6", out var library));
        Assert.False(loader.TryGetExport(library, "cudaMalloc", out _));
    }
}
