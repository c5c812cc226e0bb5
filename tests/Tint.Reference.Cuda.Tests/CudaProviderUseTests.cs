using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.Cuda.Tests.Fakes;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Tests.LinearAlgebra;

namespace Tint.Reference.Cuda.Tests;

/// <summary>How the provider is chosen, described, shared among threads and disposed.</summary>
[Collection(GlobalControl.Name)]
public sealed class CudaProviderUseTests : IDisposable
{
    private static readonly double[] Constant = [1, 3, 2, 4];

    private readonly ILinearAlgebraProvider _before = LinearAlgebraControl.Provider;
    private readonly FakeCuda _machine = new();

    static CudaProviderUseTests() => ConstantArrays.Mark(Constant);

    public void Dispose()
    {
        LinearAlgebraControl.Provider = _before;
        CudaProvider.Register();
        _machine.AssertNothingLeft();
        _machine.Dispose();
    }

    [Fact]
    public void A_report_names_device_driver_runtime_and_cuBLAS()
    {
        using var provider = _machine.Provider();
        Assert.Equal("cuda (Fake GPU 0, driver 12.4, runtime 12.4, cuBLAS 12.4.5)", provider.ToString());
        Assert.True(provider.IsAvailable());
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("auto")]
    public void What_is_offered_is_what_cuda_and_auto_use(string name)
    {
        LinearAlgebraProviders.Offer(ProviderChoice.Cuda, () => _machine.Provider());
        var used = LinearAlgebraProviders.Use(name);
        using var provider = Assert.IsType<CudaLinearAlgebraProvider>(LinearAlgebraControl.Provider);
        Assert.Equal(new ProviderInUse(ProviderChoice.Cuda, provider.ToString()), used);
    }

    [Fact]
    public void Where_neither_runs_one_line_names_both_and_the_provider_before_stays()
    {
        LinearAlgebraProviders.Use("managed");
        _machine.Fail("cudaGetDeviceCount", 100);
        LinearAlgebraProviders.Offer(ProviderChoice.Cuda, () => _machine.Provider());
        Assert.Equal(
            "the provider cuda needs a GPU that the driver sees; got none (and for Math.NET's own: the provider cuda needs the package "
            + "MathNet.Numerics.Providers.CUDA; got a program without it); see that nvidia-smi lists a free GPU, or use ProviderChoice.Simd",
            OneLine.Of(() => LinearAlgebraProviders.Use("cuda")));
        Assert.IsType<ManagedLinearAlgebraProvider>(LinearAlgebraControl.Provider);
    }

    [Fact]
    public void Auto_takes_the_next_where_the_GPU_does_not_work()
    {
        _machine.Fail("cudaMemcpyAsync", 719);
        LinearAlgebraProviders.Offer(ProviderChoice.Cuda, () => _machine.Provider());
        Assert.Equal(ProviderChoice.Simd, LinearAlgebraProviders.Use("auto").Choice);
    }

    [Fact]
    public void Only_native_choices_can_be_offered() =>
        Assert.Contains("Cuda", OneLine.Of(() => LinearAlgebraProviders.Offer(ProviderChoice.Simd, () => new SimdLinearAlgebraProvider())), StringComparison.Ordinal);

    [Fact]
    public void Everything_happens_on_the_chosen_device_whatever_thread_asks()
    {
        _machine.DeviceCount = 2;
        using var provider = _machine.Provider(new() { Device = 1, SmallestProduct = 0 });
        Assert.StartsWith("cuda (Fake GPU 1", provider.ToString(), StringComparison.Ordinal);
        Parallel.For(0, 20, _ => Multiply(provider));
    }

    [Fact]
    public void A_device_that_does_not_exist_is_one_line()
    {
        _machine.DeviceCount = 2;
        Assert.Equal("the CUDA device must exist; got 2 of 2; use one of 0 to 1", OneLine.Of(() => _machine.Provider(new() { Device = 2 })));
    }

    [Fact]
    public void Options_are_checked()
    {
        OneLine.Of(() => _ = new CudaOptions { Device = -1 });
        OneLine.Of(() => _ = new CudaOptions { SmallestProduct = -1 });
        OneLine.Of(() => _ = new CudaOptions { Lanes = 0 });
        OneLine.Of(() => _ = new CudaOptions { StagingBytes = 4095 });
        Assert.Null(new CudaOptions().SmallestProduct);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(8, 1)]
    [InlineData(9, 0)]
    public void Products_below_the_limit_stay(int limit, int onDevice)
    {
        using var provider = _machine.Provider(new() { SmallestProduct = limit });
        var before = _machine.Calls("cublasDgemm_v2");
        Multiply(provider);
        Assert.Equal(onDevice, _machine.Calls("cublasDgemm_v2") - before);
    }

    [Fact]
    public void Without_a_limit_costs_are_measured_in_both_types()
    {
        using var provider = _machine.Provider(new());
        Assert.True(_machine.Calls("cublasDgemm_v2") > 1 && _machine.Calls("cublasSgemm_v2") > 1);
        Multiply(provider);
    }

    [Fact]
    public void An_empty_result_needs_no_device()
    {
        using var provider = _machine.Provider();
        var before = _machine.Calls("cublasDgemm_v2");
        provider.MatrixMultiply([], 0, 3, new double[6], 3, 2, []);
        provider.MatrixMultiply(new double[6], 2, 3, [], 3, 0, []);
        Assert.Equal(before, _machine.Calls("cublasDgemm_v2"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Several_threads_share_few_lanes(int lanes)
    {
        using var provider = _machine.Provider(new() { SmallestProduct = 0, Lanes = lanes, StagingBytes = 4096 });
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Multiply(provider));
        Assert.InRange(_machine.Cublas.Handles.Count, 1, lanes);
    }

    [Fact]
    public void After_disposing_every_product_says_so_and_disposing_again_does_nothing()
    {
        var provider = _machine.Provider();
        provider.Dispose();
        provider.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Multiply(provider));
    }

    [Fact]
    public async Task Disposing_waits_for_products_under_way()
    {
        var provider = _machine.Provider(new() { SmallestProduct = 0, Lanes = 2 });
        var disposed = 0;
        var products = Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            try
            {
                while (true)
                {
                    Multiply(provider);
                }
            }
            catch (ObjectDisposedException)
            {
                Interlocked.Increment(ref disposed);
            }
        })).ToArray();
        var before = _machine.Calls("cublasDgemm_v2");
        SpinWait.SpinUntil(() => _machine.Calls("cublasDgemm_v2") > before + 50, TimeSpan.FromSeconds(30));
        provider.Dispose();
        await Task.WhenAll(products);
        Assert.Equal(8, disposed);
    }

    /// <summary>(1 2; 3 4)·(5 6; 7 8), the first a constant, which must come out right.</summary>
    private static void Multiply(CudaLinearAlgebraProvider provider)
    {
        var result = new double[4];
        provider.MatrixMultiply(Constant, 2, 2, [5, 7, 6, 8], 2, 2, result);
        Assert.Equal([19, 43, 22, 50], result);
    }
}
