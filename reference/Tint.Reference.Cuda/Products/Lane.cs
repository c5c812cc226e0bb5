using Tint.Reference.Cuda.Memory;
using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Products;

/// <summary>What one product at a time needs: a stream, a cuBLAS handle on it, and staging buffers.</summary>
internal sealed class Lane : IDisposable
{
    private readonly CudaLibraries _libraries;

    /// <summary>Creates all three on the current thread's device.</summary>
    /// <exception cref="RuleViolationException">One could not be created; nothing is left behind.</exception>
    public Lane(CudaLibraries libraries, long stagingBytes)
    {
        _libraries = libraries;
        Stream = libraries.Runtime.CreateStream();
        try
        {
            Handle = libraries.Cublas.CreateHandle();
            libraries.Cublas.SetStream(Handle, Stream);
            Staging = new(libraries.Runtime, stagingBytes);
        }
        catch (RuleViolationException)
        {
            DestroyHandleAndStream();
            throw;
        }
    }

    /// <summary>The stream.</summary>
    public nint Stream { get; }

    /// <summary>The cuBLAS handle.</summary>
    public nint Handle { get; }

    /// <summary>What copies arrays.</summary>
    public StagingBuffers Staging { get; }

    /// <summary>Waits for what is under way and destroys all three.</summary>
    public void Dispose()
    {
        Cleanup.Attempt(() => _libraries.Runtime.Synchronize(Stream));
        Staging.Dispose();
        DestroyHandleAndStream();
    }

    private void DestroyHandleAndStream()
    {
        if (Handle != 0)
        {
            Cleanup.Attempt(() => _libraries.Cublas.DestroyHandle(Handle));
        }

        Cleanup.Attempt(() => _libraries.Runtime.DestroyStream(Stream));
    }
}
