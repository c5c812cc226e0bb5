using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

public sealed class ProviderAtStartTests
{
    private static readonly ILinearAlgebraProvider Managed = ManagedLinearAlgebraProvider.Instance;
    private static readonly ILinearAlgebraProvider Other = new SimdLinearAlgebraProvider(VectorWidth.Scalar);

    [Fact]
    public void Without_a_choice_the_simd_provider_is_in_use()
    {
        Assert.False(Chosen(null));
        Assert.False(Chosen(Managed));
        Assert.False(Chosen(null, named: ""));
    }

    [Fact]
    public void A_provider_that_is_not_math_net_s_own_stays()
    {
        Assert.True(Chosen(Other));
        Assert.True(Chosen(Other, hasFourier: true, named: "MKL"));
    }

    /// <summary>Control.UseManaged() sets the Fourier provider, which Math.NET's default does not.</summary>
    [Fact]
    public void The_managed_provider_stays_where_it_was_asked_for()
    {
        Assert.True(Chosen(Managed, hasFourier: true));
        Assert.True(Chosen(null, named: "managed"));
        Assert.True(Chosen(Managed, named: "Managed"));
    }

    [Fact]
    public void What_the_environment_names_is_a_choice_if_math_net_finds_it()
    {
        Assert.True(Chosen(null, named: "MKL", finds: true));
        Assert.False(Chosen(null, named: "MKL"));
        Assert.False(Chosen(null, named: "nonsense"));
    }

    private static bool Chosen(ILinearAlgebraProvider? current, bool hasFourier = false, string? named = null, bool finds = false) =>
        ProviderAtStart.IsChosen(current, hasFourier, named, () => finds);
}
