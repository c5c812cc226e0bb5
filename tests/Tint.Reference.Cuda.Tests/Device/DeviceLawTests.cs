using Tint.Properties.Campaigns;
using Tint.Properties.Laws;
using Tint.Verification.Cuda;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>Every law of TinT on the device's modules and whole models: L01 to L13 compare them with the simulation and the construction.</summary>
public sealed class DeviceLawTests
{
    private const int Cases = 6;
    private const int AgreementCases = 40;
    private const int Seed = 2024;

    public static TheoryData<string> Labels => [.. LawBook.All.Select(law => law.Label)];

    [Theory]
    [MemberData(nameof(Labels))]
    public void The_device_satisfies_the_law(string label)
    {
        var law = LawBook.Select(label).Single();
        var report = Campaign.Run(new CampaignOptions
        {
            Implementation = new DeviceTint(HostDevice.Instance),
            Laws = [law],
            Cases = string.CompareOrdinal(label, "L13") <= 0 ? AgreementCases : Cases,
            Seed = Seed,
        }).Reports.Single();
        Assert.True(report.Holds, $"{report.First?.Command}: {report.First?.Shrunk.Verdict.Worst} on {report.First?.Shrunk.Case}");
    }
}
