using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.Cuda.Tests.Fakes;
using Tint.Reference.Tests.LinearAlgebra;

namespace Tint.Reference.Cuda.Tests;

/// <summary>The laws of every provider, with all products on the fake GPU, and with the small ones beside it.</summary>
[Collection(GlobalControl.Name)]
public sealed class CudaLinearAlgebraProviderTests : ProviderLaws, IDisposable
{
    private readonly FakeCuda _machine = new();
    private readonly CudaLinearAlgebraProvider _all, _large;

    public CudaLinearAlgebraProviderTests()
    {
        _all = _machine.Provider(new() { SmallestProduct = 0, StagingBytes = 4096 });
        _large = _machine.Provider(new() { SmallestProduct = 20_000 });
    }

    protected override IReadOnlyList<ILinearAlgebraProvider> Providers => [_all, _large];

    [Fact]
    public void Shipped_cases_hold_with_every_product_on_the_device()
    {
        ShippedCases.Pass(_all, "*.a", "TinT.gpt2.one_step", "TinT.gpt2.quad_loss");
        Assert.True(_all.ConstantCount > 0);
    }

    public void Dispose()
    {
        _all.Dispose();
        _large.Dispose();
        _machine.AssertNothingLeft();
        _machine.Dispose();
    }
}
