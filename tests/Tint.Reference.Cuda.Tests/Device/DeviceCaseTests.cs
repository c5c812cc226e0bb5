using Tint.Fixtures;
using Tint.Verification;
using Tint.Verification.Cuda;
using Tint.Verification.Engines;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>The shipped whole models with the simulation on a device in place of that on the host, judged as <c>tint verify</c> judges.</summary>
public sealed class DeviceCaseTests
{
    private static readonly FixtureManifest Manifest = FixtureManifest.Load(FixtureLocator.FindShipped());

    public static TheoryData<string> Models => [.. Manifest.Cases.Where(item => item.Module == FixtureModules.WholeModel).Select(item => item.Id)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Agrees_with_the_construction_within_its_rounding_bound(string id)
    {
        var report = CaseRunner.Run(
            Manifest.Cases.Single(item => item.Id == id), [new ConstructionEngine()], compare: true, new DeviceSimulation(HostDevice.Instance));
        Assert.Equal(CaseVerdict.Passed, report.Verdict);
        Assert.NotEmpty(report.Comparison!.Simulation);
        Assert.All(report.Comparison.Simulation, judgement =>
        {
            Assert.EndsWith($"against simulation on {HostDevice.Instance.Name}", judgement.Engine, StringComparison.Ordinal);
            Assert.True(judgement.Passed, $"{judgement.Tensor}: {judgement.FirstPlace}");
        });
    }
}
