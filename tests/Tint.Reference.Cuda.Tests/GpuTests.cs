using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.Tests.LinearAlgebra;

namespace Tint.Reference.Cuda.Tests;

/// <summary>The laws and guards of every provider on a real GPU.</summary>
[Collection(GlobalControl.Name)]
public sealed class GpuTests
{
    [GpuFact]
    public void Float64_products_stay_within_the_textbook_bound() => ForCases((laws, product) => laws.Float64_products_stay_within_the_textbook_bound(product));

    [GpuFact]
    public void Float32_products_stay_within_the_textbook_bound() => ForCases((laws, product) => laws.Float32_products_stay_within_the_textbook_bound(product));

    [GpuFact]
    public void Large_products_stay_within_the_textbook_bound() => WithLaws(laws =>
    {
        foreach (var shape in ProviderLaws.LargeShapes)
        {
            laws.Large_products_stay_within_the_textbook_bound((int)shape[0], (int)shape[1], (int)shape[2]);
        }
    });

    [GpuFact]
    public void An_operand_may_be_the_result() => ForCases((laws, product) => laws.An_operand_may_be_the_result(product));

    [GpuFact]
    public void Math_NET_s_matrices_and_vectors_multiply_through_the_registered_provider() =>
        WithLaws(laws => laws.Math_NET_s_matrices_and_vectors_multiply_through_the_registered_provider());

    [GpuFact]
    public void With_alpha_zero_or_without_terms_C_is_only_scaled() => WithGuards(guards =>
    {
        guards.With_alpha_zero_only_C_is_read();
        guards.With_no_terms_C_is_only_scaled();
    });

    [GpuFact]
    public void NaN_and_infinity_in_an_operand_reach_the_entries_that_they_meet_and_no_others() =>
        WithGuards(guards => guards.NaN_and_infinity_in_an_operand_reach_the_entries_that_they_meet_and_no_others());

    [GpuFact]
    public void With_measured_costs_products_stay_within_the_textbook_bound()
    {
        using var provider = new CudaLinearAlgebraProvider();
        new Laws(provider).Large_products_stay_within_the_textbook_bound(500, 260, 17);
    }

    [GpuFact]
    public void Shipped_cases_hold_with_every_product_on_the_device()
    {
        using var provider = Provider();
        ShippedCases.Pass(provider, "*");
    }

    [GpuFact]
    public void Several_threads_get_their_own_results()
    {
        using var provider = Provider();
        Parallel.For(0, 100, seed =>
        {
            var product = new ProductCase(65, 200, 33, Transpose.Transpose, Transpose.DontTranspose, 0.75, -3, seed);
            Assert.InRange(product.ErrorInBounds(product.Run<double>(provider)), 0, 1);
        });
    }

    private static CudaLinearAlgebraProvider Provider() => new(new CudaOptions { SmallestProduct = 0, StagingBytes = 1 << 16 });

    private static void ForCases(Action<ProviderLaws, ProductCase> law) =>
        WithLaws(laws => Prop.ForAll(ProductCases.Cases(), product => law(laws, product)).QuickCheckThrowOnFailure());

    private static void WithLaws(Action<ProviderLaws> use)
    {
        using var provider = Provider();
        use(new Laws(provider));
    }

    private static void WithGuards(Action<ProviderGuards> use)
    {
        using var provider = Provider();
        use(new Guards(provider));
    }

    private sealed class Laws(ILinearAlgebraProvider provider) : ProviderLaws
    {
        protected override IReadOnlyList<ILinearAlgebraProvider> Providers => [provider];
    }

    private sealed class Guards(ILinearAlgebraProvider provider) : ProviderGuards
    {
        protected override ILinearAlgebraProvider Provider => provider;
    }
}
