using Tint.Fixtures;
using Tint.Properties.Campaigns;
using Tint.Properties.Generators;
using Tint.Properties.Laws;
using Tint.Reference.Cuda.Device;
using Tint.Verification;
using Tint.Verification.Cuda;
using Tint.Verification.Engines;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>The simulation on a real GPU.</summary>
public sealed class DeviceGpuTests
{
    [GpuFact]
    public void Modules_and_whole_models_are_the_simulation_s_and_the_construction_s()
    {
        using var device = ComputeDevice.Gpu();
        var reports = Campaign.Run(new CampaignOptions
        {
            Implementation = new DeviceTint(device),
            Laws = [.. LawBook.All.TakeWhile(law => law.Label != "L14")],
            Cases = 100,
            Seed = 1,
        }).Reports;
        Assert.All(reports, report => Assert.True(report.Holds, $"{report.Law}: {report.First?.Shrunk.Verdict.Worst}"));
    }

    [GpuFact]
    public void Shipped_whole_models_agree_with_the_construction_within_its_rounding_bound()
    {
        using var device = ComputeDevice.Gpu();
        foreach (var item in FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.Where(item => item.Module == FixtureModules.WholeModel))
        {
            var report = CaseRunner.Run(item, [new ConstructionEngine()], compare: true, new DeviceSimulation(device));
            Assert.True(report.Verdict == CaseVerdict.Passed, $"{item.Id}: {report.Problem}");
        }
    }

    [GpuFact]
    public void Two_runs_give_the_same_bits()
    {
        using var device = ComputeDevice.Gpu();
        var item = CaseGenerator.FromSeed(5);
        using var tint = new DeviceSimulatedTint(device, item.Configuration, item.Weights);
        Assert.Equal(tint.Run(item.Sequence).Logits, tint.Run(item.Sequence).Logits);
    }
}
