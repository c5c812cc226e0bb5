using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.Cuda.Tests.Fakes;
using Tint.Reference.Tests.LinearAlgebra;

namespace Tint.Reference.Cuda.Tests;

public sealed class CudaLinearAlgebraProviderGuardTests : ProviderGuards, IDisposable
{
    private readonly FakeCuda _machine = new();
    private readonly CudaLinearAlgebraProvider _provider;

    public CudaLinearAlgebraProviderGuardTests() => _provider = _machine.Provider();

    protected override ILinearAlgebraProvider Provider => _provider;

    public void Dispose()
    {
        _provider.Dispose();
        _machine.AssertNothingLeft();
        _machine.Dispose();
    }
}
