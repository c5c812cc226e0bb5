namespace Tint.Reference.Cuda.Tests.Fakes;

/// <summary>A cuBLAS handle.</summary>
internal sealed class FakeHandle
{
    public int Device { get; init; }

    public nint Stream { get; set; }

    public int MathMode { get; set; }

    public int PointerMode { get; set; } = -1;
}
