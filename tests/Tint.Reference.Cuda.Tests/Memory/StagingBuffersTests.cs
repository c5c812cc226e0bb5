using FsCheck.Xunit;
using Tint.Reference.Cuda.Memory;
using Tint.Reference.Cuda.Native;
using Tint.Reference.Cuda.Tests.Fakes;

namespace Tint.Reference.Cuda.Tests.Memory;

public sealed class StagingBuffersTests : IDisposable
{
    private const int BufferBytes = 64;

    private readonly FakeCuda _machine = new();
    private readonly ICudaRuntime _runtime;
    private readonly StagingBuffers _staging;
    private readonly nint _stream;

    public StagingBuffersTests()
    {
        _runtime = _machine.Open().Runtime;
        _staging = new(_runtime, BufferBytes);
        _stream = _runtime.CreateStream();
    }

    public void Dispose()
    {
        _runtime.Synchronize(_stream);
        _staging.Dispose();
        _runtime.DestroyStream(_stream);
        _machine.AssertNothingLeft();
        _machine.Dispose();
    }

    [Property]
    public void Arrays_of_any_length_go_there_and_back(byte length, byte secondLength)
    {
        // Lengths in bytes that are and are not whole buffers; two arrays at once, so that buffers are taken in turns.
        double[] doubles = [.. Enumerable.Range(0, length).Select(i => i + 0.5)], returned = new double[length];
        byte[] bytes = [.. Enumerable.Range(0, secondLength).Select(i => (byte)i)], returnedBytes = new byte[secondLength];
        Assert.True(_runtime.TryAllocate((8 * length) + 8, out var first));
        Assert.True(_runtime.TryAllocate(secondLength + 8, out var second));
        _staging.Upload((double[])doubles.Clone(), first, _stream);
        _staging.Upload(bytes, second, _stream);
        _staging.Download(second, returnedBytes, _stream);
        _staging.Download(first, returned, _stream);
        _runtime.Free(first);
        _runtime.Free(second);
        Assert.Equal(doubles, returned);
        Assert.Equal(bytes, returnedBytes);
        _machine.AssertNoViolation();
    }

    [Fact]
    public void An_array_may_change_as_soon_as_its_upload_is_enqueued()
    {
        double[] sent = [.. Enumerable.Range(0, 100).Select(i => (double)i)], returned = new double[100];
        Assert.True(_runtime.TryAllocate(800, out var device));
        _staging.Upload(sent, device, _stream);
        Array.Clear(sent);
        _staging.Download(device, returned, _stream);
        _runtime.Free(device);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (double)i), returned);
    }

    [Theory]
    [InlineData("cudaHostAlloc", 0)]
    [InlineData("cudaHostAlloc", 1)]
    [InlineData("cudaEventCreateWithFlags", 0)]
    [InlineData("cudaEventCreateWithFlags", 1)]
    public void Buffers_that_can_not_be_made_leave_nothing_behind(string function, int skip)
    {
        _machine.Fail(function, 2, skip);
        OneLine.Of(() => new StagingBuffers(_runtime, BufferBytes).Dispose());
        Assert.Equal((2, 2), (_machine.Host.Count, _machine.Runtime.Events.Count));
    }
}
