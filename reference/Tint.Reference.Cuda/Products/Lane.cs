using Tint.Reference.Cuda.Memory;
using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Products;

/// <summary>What one product at a time needs: a stream, a cuBLAS handle on it, staging buffers, and device memory.</summary>
internal sealed class Lane : IDisposable
{
    private readonly CudaLibraries _libraries;
    private readonly List<IDisposable> _held = [];

    /// <summary>Creates stream, handle and buffers on the current thread's device.</summary>
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

    /// <summary>Keeps something that the device uses for the product under way, until <see cref="Release"/>.</summary>
    public void Hold(IDisposable item) => _held.Add(item);

    /// <summary>Gives back what the product held; the stream must be idle.</summary>
    public void Release()
    {
        _held.ForEach(item => item.Dispose());
        _held.Clear();
    }

    /// <summary>Waits for what is under way, and gives back and destroys everything.</summary>
    public void Dispose()
    {
        Cleanup.Attempt(() => _libraries.Runtime.Synchronize(Stream));
        Release();
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
