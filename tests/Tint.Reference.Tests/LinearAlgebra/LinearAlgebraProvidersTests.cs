using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

[Collection(GlobalControl.Name)]
public sealed class LinearAlgebraProvidersTests : IDisposable
{
    private readonly ILinearAlgebraProvider _before = LinearAlgebraControl.Provider;

    public void Dispose() => LinearAlgebraControl.Provider = _before;

    [Fact]
    public void Every_name_is_a_choice_and_every_choice_has_a_name()
    {
        Assert.Equal(["managed", "simd", "cuda", "mkl", "openblas", "auto"], LinearAlgebraProviders.Names);
        Assert.Equal(Enum.GetValues<ProviderChoice>(), LinearAlgebraProviders.Names.Select(LinearAlgebraProviders.Parse));
        Assert.Contains(LinearAlgebraProviders.Default, LinearAlgebraProviders.Names);
    }

    [Fact]
    public void Rejects_a_name_that_it_does_not_know_and_lists_those_that_it_does()
    {
        var exception = Assert.Throws<RuleViolationException>(() => LinearAlgebraProviders.Use("SIMD"));
        Assert.Equal("use one of managed, simd, cuda, mkl, openblas, auto", exception.Remedy);
    }

    [Fact]
    public void Registers_the_managed_provider_and_names_its_version()
    {
        var provider = LinearAlgebraProviders.Use("managed");
        Assert.Equal(new ProviderInUse(ProviderChoice.Managed, "managed (MathNet.Numerics 5.0.0)"), provider);
        Assert.IsType<ManagedLinearAlgebraProvider>(LinearAlgebraControl.Provider);
    }

    [Fact]
    public void Registers_the_vectorised_provider_and_names_its_width()
    {
        var provider = LinearAlgebraProviders.Use(LinearAlgebraProviders.Default);
        Assert.Equal(ProviderChoice.Simd, provider.Choice);
        Assert.Equal(VectorWidths.Widest, Assert.IsType<SimdLinearAlgebraProvider>(LinearAlgebraControl.Provider).Width);
        Assert.Contains(
            VectorWidths.Widest == VectorWidth.Scalar ? "no vector unit" : $"{(int)VectorWidths.Widest}-bit", provider.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda", "MathNet.Numerics.Providers.CUDA")]
    [InlineData("mkl", "MathNet.Numerics.Providers.MKL")]
    [InlineData("openblas", "MathNet.Numerics.Providers.OpenBLAS")]
    public void Says_which_package_a_native_provider_misses_and_keeps_the_one_in_use(string name, string package)
    {
        LinearAlgebraProviders.Use("managed");
        var exception = Assert.Throws<RuleViolationException>(() => LinearAlgebraProviders.Use(name));
        Assert.Contains(package, exception.Rule, StringComparison.Ordinal);
        Assert.Contains("simd", exception.Remedy, StringComparison.Ordinal);
        Assert.IsType<ManagedLinearAlgebraProvider>(LinearAlgebraControl.Provider);
    }

    [Fact]
    public void Auto_takes_the_vectorised_provider_where_no_native_one_is_installed() =>
        Assert.Equal(ProviderChoice.Simd, LinearAlgebraProviders.Use("auto").Choice);
}
