using Tint.Reference.Cuda.Tests.Fakes;

namespace Tint.Reference.Cuda.Tests;

/// <summary>Every native call fails once, at every place where it is called: one line, nothing left behind, and the next product works.</summary>
public sealed class CudaFailureTests
{
    private static readonly double[] Left = [1, 3, 2, 4], Right = [5, 7, 6, 8], Product = [19, 43, 22, 50];

    /// <summary>The functions that are called, with a code that each can return.</summary>
    public static TheoryData<string, int> Functions => new()
    {
        { "cudaGetDeviceCount", 999 },
        { "cudaDriverGetVersion", 1 },
        { "cudaRuntimeGetVersion", 1 },
        { "cudaSetDevice", 101 },
        { "cudaMalloc", 1 },
        { "cudaMalloc", 700 },
        { "cudaHostAlloc", 2 },
        { "cudaHostAlloc", 801 },
        { "cudaStreamCreateWithFlags", 2 },
        { "cudaStreamSynchronize", 719 },
        { "cudaStreamDestroy", 400 },
        { "cudaEventCreateWithFlags", 2 },
        { "cudaEventRecord", 400 },
        { "cudaEventSynchronize", 700 },
        { "cudaEventDestroy", 400 },
        { "cudaMemcpyAsync", 700 },
        { "cudaFree", 1 },
        { "cudaFreeHost", 1 },
        { "cublasCreate_v2", 1 },
        { "cublasCreate_v2", 3 },
        { "cublasDestroy_v2", 1 },
        { "cublasSetStream_v2", 1 },
        { "cublasSetMathMode", 7 },
        { "cublasSetPointerMode_v2", 1 },
        { "cublasGetVersion_v2", 1 },
        { "cublasDgemm_v2", 13 },
        { "cublasSgemm_v2", 8 },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Opening_works_or_ends_in_one_line_with_nothing_left(string function, int code)
    {
        for (var skip = 0; ; skip++)
        {
            using var machine = new FakeCuda();
            machine.Fail(function, code, skip);
            try
            {
                using var provider = machine.Provider();
            }
            catch (RuleViolationException exception)
            {
                Assert.DoesNotContain('\n', exception.Message);
            }

            machine.AssertNothingLeft();
            if (machine.Calls(function) <= skip)
            {
                break;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_product_works_or_ends_in_one_line_and_the_next_one_works(string function, int code)
    {
        for (var skip = 0; ; skip++)
        {
            using var machine = new FakeCuda();
            using (var provider = machine.Provider(new() { SmallestProduct = 0, StagingBytes = 4096 }))
            {
                // Without idle memory, so that the product allocates too.
                provider.FreeResources();
                var before = machine.Calls(function);
                machine.Fail(function, code, skip);
                double[] large = new double[1024], result = new double[4];
                try
                {
                    provider.MatrixMultiply(large, 1, 1024, large, 1024, 1, [0]);
                    provider.MatrixMultiply(Left, 2, 2, Right, 2, 2, result);
                    Assert.Equal(Product, result);
                }
                catch (RuleViolationException exception)
                {
                    Assert.DoesNotContain('\n', exception.Message);
                    Assert.Contains($" {code} ", exception.Message, StringComparison.Ordinal);
                }

                machine.AssertNoViolation();
                if (machine.Calls(function) - before <= skip)
                {
                    break;
                }

                provider.MatrixMultiply(Left, 2, 2, Right, 2, 2, result);
                Assert.Equal(Product, result);
            }

            machine.AssertNothingLeft();
        }
    }

    [Fact]
    public void After_a_failure_that_ends_the_context_every_product_ends_in_one_line_and_disposing_is_quiet()
    {
        using var machine = new FakeCuda();
        using (var provider = machine.Provider())
        {
            machine.Broken = 700;
            for (var attempt = 0; attempt < 5; attempt++)
            {
                Assert.Contains(
                    "error 700 (what the code means); start the program again",
                    OneLine.Of(() => provider.MatrixMultiply(Left, 2, 2, Right, 2, 2, new double[4])),
                    StringComparison.Ordinal);
            }
        }

        machine.AssertNothingLeft();
    }

    [Fact]
    public void A_lane_that_can_not_be_created_is_asked_for_again_by_the_next_product()
    {
        using var machine = new FakeCuda();
        using (var provider = machine.Provider(new() { SmallestProduct = 0, Lanes = 1 }))
        {
            var result = new double[4];
            void Multiply() => provider.MatrixMultiply(Left, 2, 2, Right, 2, 2, result);
            machine.Fail("cublasDgemm_v2", 13);
            Assert.Contains("status 13", OneLine.Of(Multiply), StringComparison.Ordinal);

            // cuBLAS gets a second try, for its memory may have been in the pool.
            machine.Fail("cublasCreate_v2", 3);
            Multiply();
            machine.Fail("cublasDgemm_v2", 13);
            OneLine.Of(Multiply);
            machine.Fail("cublasCreate_v2", 3, times: 2);
            Assert.Contains("status 3 (what the status means); free the device's memory", OneLine.Of(Multiply), StringComparison.Ordinal);
            Multiply();
            Assert.Equal(Product, result);
        }

        machine.AssertNothingLeft();
    }

    [Fact]
    public void A_GPU_that_multiplies_wrongly_is_not_used()
    {
        using var machine = new FakeCuda();
        machine.Cublas.Fault = 1;
        Assert.StartsWith("the GPU must multiply (1 2; 3 4) by (5 6; 7 8) to (19 22; 43 50); got columns 20 43 22 50", OneLine.Of(() => machine.Provider()), StringComparison.Ordinal);
        machine.AssertNothingLeft();
    }
}
