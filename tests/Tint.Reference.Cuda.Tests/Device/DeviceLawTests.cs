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

    /// <summary>The laws of modules that are none of the device's: of attention's score path, and of operations that it has inside of whole models alone.</summary>
    private static readonly Dictionary<string, string> Missing = new()
    {
        ["L82"] = "AttentionScoreBackward",
        ["L83"] = "AttentionScoreBackward",
        ["L84"] = "AttentionScoreBackward",
        ["L88"] = "RmsNormForward",
        ["L89"] = "RmsNormForward",
        ["L90"] = "ProductForward",
        ["L91"] = "ProductForward",
        ["L93"] = "FormedAttentionForward",
        ["L94"] = "FormedAttentionForward",
        ["L95"] = "FormedAttentionForward",
        ["L96"] = "FormedAttentionForward",
        ["L97"] = "FormedAttentionForward",
        ["L98"] = "CrossAttentionForward",
    };

    /// <summary>The laws of softmax attention alone, which a device does not know.</summary>
    private static readonly string[] OfSoftmax = ["L99", "L100", "L101", "L102"];

    /// <summary>The laws of optimisers, which a device has none of but plain SGD.</summary>
    private static readonly string[] OfOptimiser = ["L103", "L104", "L105", "L106"];

    public static TheoryData<string> Labels => [.. LawBook.All.Select(law => law.Label).Except(Missing.Keys).Except(OfOptimiser).Except(OfSoftmax)];

    public static TheoryData<string> OptimiserLabels => [.. OfOptimiser];

    public static TheoryData<string> MissingLabels => [.. Missing.Keys];

    [Theory]
    [MemberData(nameof(Labels))]
    public void The_device_satisfies_the_law(string label)
    {
        var report = Report(label);
        Assert.True(report.Holds, $"{report.First?.Command}: {report.First?.Shrunk.Verdict.Worst} on {report.First?.Shrunk.Case}");
    }

    [Theory]
    [MemberData(nameof(MissingLabels))]
    public void A_law_of_what_the_device_lacks_is_not_tried_and_names_it(string label)
    {
        var report = Report(label);
        Assert.Equal((LawOutcome.NotTried, Missing[label]), (report.Outcome, report.Missing));
    }

    [Fact]
    public void Softmax_attention_alone_is_refused_by_name()
    {
        var report = Report(OfSoftmax[^1]);
        Assert.False(report.Holds);
        Assert.Contains("the device knows linear attention alone", $"{report.First?.Shrunk.Verdict.Worst}", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OptimiserLabels))]
    public void A_law_of_an_optimiser_is_refused_by_name(string label)
    {
        var report = Report(label);
        Assert.False(report.Holds);
        Assert.Contains("plain SGD", $"{report.First?.Shrunk.Verdict.Worst}", StringComparison.Ordinal);
    }

    private static LawReport Report(string label)
    {
        var law = LawBook.Select(label).Single();
        return Campaign.Run(new CampaignOptions
        {
            Implementation = new DeviceTint(HostDevice.Instance),
            Laws = [law],
            Cases = string.CompareOrdinal(label, "L13") <= 0 ? AgreementCases : Cases,
            Seed = Seed,
        }).Reports.Single();
    }
}
