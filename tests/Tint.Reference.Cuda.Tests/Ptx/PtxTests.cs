using Tint.Properties.Campaigns;
using Tint.Properties.Generators;
using Tint.Properties.Laws;
using Tint.Reference.Cuda.Device;
using Tint.Reference.Cuda.Tests.Device;
using Tint.Reference.Cuda.Tests.Kernels;
using Tint.Verification.Cuda;

namespace Tint.Reference.Cuda.Tests.Ptx;

/// <summary>The code that a GPU would be given, interpreted: the compiler's work is judged without a GPU.</summary>
public sealed class PtxTests
{
    private const int LeastModels = 12;
    private const int MostModels = 120;
    private const int LargestWidth = 12;

    [Fact]
    public void Every_loop_in_PTX_gives_the_bits_of_the_loop_in_CSharp()
    {
        var launcher = new PtxLauncher(fused: false);
        using var device = ComputeDevice.Host(() => new HostProducts(), launcher);
        for (var seed = 0; seed < LeastModels || (seed < MostModels && launcher.Used.Count < DeviceCode.Loops.Count); seed++)
        {
            var item = CaseGenerator.FromSeed((ulong)seed);
            if (item.Auxiliary.HiddenSize <= LargestWidth)
            {
                using var tint = new DeviceSimulatedTint(device, item.Configuration, item.Weights);
                try
                {
                    _ = tint.Run(item.Sequence);
                    _ = seed < LeastModels ? new DeviceOperations(device, item).Run() : [];
                }
                catch (RuleViolationException exception) when (exception.Rule.Contains("finite", StringComparison.Ordinal))
                {
                    // What led there was compared, loop by loop.
                }
            }
        }

        Assert.Empty(DeviceCode.Loops.Keys.Except(launcher.Used.Keys));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Modules_and_whole_models_in_PTX_satisfy_the_laws_with_sums_of_products_fused_or_not(bool fused)
    {
        var launcher = new PtxLauncher(fused);
        using var device = ComputeDevice.Host(() => new HostProducts(), launcher);
        var reports = Campaign.Run(new CampaignOptions
        {
            Implementation = new DeviceTint(device),
            Laws = [.. LawBook.All.TakeWhile(law => law.Label != "L14")],
            Cases = 8,
            Seed = 5,
        }).Reports;
        Assert.All(reports, report => Assert.True(report.Holds, $"{report.Law}: {report.First?.Shrunk.Verdict.Worst}"));
        Assert.Equal(fused, launcher.Used.Values.Any(isFused => isFused));
    }
}
