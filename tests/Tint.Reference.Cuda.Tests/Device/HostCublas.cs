using Tint.Reference.Cuda.Native;
using Tint.Reference.Cuda.Tests.Fakes;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>cuBLAS as the device calls it, on the host's memory: float64 products without a stream.</summary>
internal sealed class HostCublas : ICublas
{
    private const nint Handle = 0x90;

    /// <summary>How many handles there are.</summary>
    public int Handles { get; private set; }

    /// <summary>How many calls of one product there were, and of several.</summary>
    public (int Single, int Batched) Calls { get; private set; }

    public nint CreateHandle()
    {
        Handles++;
        return Handle;
    }

    public void DestroyHandle(nint handle)
    {
        Assert.Equal(Handle, handle);
        Handles--;
    }

    public void SetStream(nint handle, nint stream) => Assert.Fail("the device's loops run in the default stream, and products with them");

    public Version Version(nint handle) => new(12, 4);

    public void Gemm(
        nint handle, CublasOperation operationA, CublasOperation operationB, int m, int n, int k, double alpha, nint a, int lda, nint b, int ldb, double beta, nint c, int ldc)
    {
        Calls = (Calls.Single + 1, Calls.Batched);
        Run(handle, new((int)operationA, (int)operationB, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c, ldc, 0, 1));
    }

    public void Gemm(
        nint handle, CublasOperation operationA, CublasOperation operationB, int m, int n, int k, float alpha, nint a, int lda, nint b, int ldb, float beta, nint c, int ldc) =>
        Assert.Fail("nothing on the device is float32");

    public void GemmStridedBatched(
        nint handle,
        CublasOperation operationA,
        CublasOperation operationB,
        int m,
        int n,
        int k,
        double alpha,
        nint a,
        int lda,
        long strideA,
        nint b,
        int ldb,
        long strideB,
        double beta,
        nint c,
        int ldc,
        long strideC,
        int count)
    {
        Calls = (Calls.Single, Calls.Batched + 1);
        Run(handle, new((int)operationA, (int)operationB, m, n, k, alpha, a, lda, strideA, b, ldb, strideB, beta, c, ldc, strideC, count));
    }

    public void GemmStridedBatched(
        nint handle,
        CublasOperation operationA,
        CublasOperation operationB,
        int m,
        int n,
        int k,
        float alpha,
        nint a,
        int lda,
        long strideA,
        nint b,
        int ldb,
        long strideB,
        float beta,
        nint c,
        int ldc,
        long strideC,
        int count) => Assert.Fail("nothing on the device is float32");

    private static void Run(nint handle, FakeGemm<double> gemm)
    {
        Assert.Equal(Handle, handle);
        Assert.True(gemm.IsValid, $"cuBLAS does not take {gemm}");
        gemm.Run(fault: 0);
    }
}
