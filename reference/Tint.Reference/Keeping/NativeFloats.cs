using System.Runtime.InteropServices;

namespace Tint.Reference.Keeping;

/// <summary>
/// Floats outside the collected heap, freed as soon as they are released: among large arrays that come and go, ones that stay would leave holes
/// there that nothing fits into.
/// </summary>
internal sealed unsafe class NativeFloats : SafeHandle
{
    private readonly int _count;

    /// <summary>Takes room for some floats, not cleared.</summary>
    public NativeFloats(int count)
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
        _count = count;
        SetHandle((nint)NativeMemory.Alloc((nuint)count, sizeof(float)));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The floats from <paramref name="start"/> to <paramref name="end"/>; the owner stays referenced while they are used.</summary>
    public Span<float> Range(int start, int end)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return new Span<float>((float*)handle, _count)[start..end];
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
