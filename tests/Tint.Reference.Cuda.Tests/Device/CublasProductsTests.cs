using Tint.Properties.Campaigns;
using Tint.Properties.Laws;
using Tint.Reference.Cuda.Device;
using Tint.Verification.Cuda;

namespace Tint.Reference.Cuda.Tests.Device;

public sealed class CublasProductsTests
{
    [Fact]
    public void Whole_models_on_products_in_cuBLAS_s_form_agree_with_the_construction()
    {
        var cublas = new HostCublas();
        using (var device = ComputeDevice.Host(() => new CublasProducts(cublas), launcher: null))
        {
            var report = Campaign.Run(new CampaignOptions
            {
                Implementation = new DeviceTint(device),
                Laws = LawBook.Select("whole-model"),
                Cases = 24,
                Seed = 3,
            }).Reports.Single();
            Assert.True(report.Holds, report.First?.Shrunk.Verdict.Worst);
            Assert.True(report.Applied > 0 && cublas.Calls is { Single: > 0, Batched: > 0 });
            Assert.Equal(1, cublas.Handles);
        }

        Assert.Equal(0, cublas.Handles);
    }
}
