using Tint.Reference.Cuda.Native;

namespace Tint.Reference.Cuda.Tests.Native;

public sealed class CudaStatusTests
{
    [Fact]
    public void Every_code_of_the_runtime_becomes_one_line_with_call_code_meaning_and_remedy()
    {
        foreach (var code in Enumerable.Range(1, 999))
        {
            var message = OneLine.Of(() => throw CudaStatus.Failure("cudaCall", code, "its meaning"));
            Assert.StartsWith($"the CUDA call cudaCall must succeed; got error {code} (its meaning); ", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_status_of_cuBLAS_becomes_one_line_with_call_status_meaning_and_remedy()
    {
        foreach (var code in Enumerable.Range(1, 20))
        {
            var message = OneLine.Of(() => throw CublasStatus.Failure("cublasCall", code, "its meaning"));
            Assert.StartsWith($"the cuBLAS call cublasCall must succeed; got status {code} (its meaning); ", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(2, "smaller shape")]
    [InlineData(46, "nvidia-smi")]
    [InlineData(209, "supports this GPU")]
    [InlineData(214, "have the GPU checked")]
    [InlineData(700, "start the program again")]
    public void The_remedy_fits_the_code(int code, string remedy) =>
        Assert.Contains(remedy, CudaStatus.Failure("call", code, "meaning").Remedy, StringComparison.Ordinal);

    [Fact]
    public void A_meaning_that_the_library_does_not_tell_is_unknown() => Assert.Equal("unknown", CudaStatus.Text(0));
}
