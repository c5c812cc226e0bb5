using Tint.Properties.Campaigns;
using Tint.Properties.Generators;
using Tint.Properties.Laws;
using Tint.Reference.Simulation;
using Tint.Verification.Cuda;

namespace Tint.Reference.Cuda.Tests.Device;

/// <summary>Every law of TinT on the device's modules and whole models: L01 to L13 compare them with the simulation and the construction.</summary>
public sealed class DeviceLawTests
{
    private const int Cases = 6;
    private const int AgreementCases = 40;
    private const int Seed = 2024;
    private const string SoftmaxAlone = "softmax attention alone (RunsSoftmaxAlone)";
    private const string Optimisers = "optimisers other than plain SGD on the summed loss (RunsOptimisers)";

    private static readonly DeviceTint Device = new(HostDevice.Instance);

    /// <summary>The laws of what the device lacks: operations that it has inside of whole models alone, softmax attention alone, and optimisers.</summary>
    private static readonly Dictionary<string, string> Missing = new()
    {
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
        ["L99"] = SoftmaxAlone,
        ["L100"] = SoftmaxAlone,
        ["L101"] = SoftmaxAlone,
        ["L102"] = SoftmaxAlone,
        ["L103"] = Optimisers,
        ["L104"] = Optimisers,
        ["L105"] = Optimisers,
        ["L106"] = Optimisers,
    };

    public static TheoryData<string> Labels => [.. LawBook.All.Select(law => law.Label).Except(Missing.Keys)];

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
    public void Softmax_attention_alone_is_refused_by_name_in_every_module_and_in_whole_models()
    {
        var item = CaseGenerator.FromSeed(Seed);
        var (c, x, g, layer, mask) = (item.Configuration with { UseSoftmax = true }, item.Signal, item.Gradient, item.Layer.Value, item.Sequence.TrainMask);
        var (norm, of, attended) = (item.Weights.FinalNorm, new LayerNormMemory(x, x), new AttentionMemory(x, x, x));
        Refused(
            "the device knows linear attention alone",
            () => Device.LinearForward(c, layer, x),
            () => Device.LinearBackward(c, layer, g),
            () => Device.LinearDescent(c, layer, g, x, mask),
            () => Device.LayerNormForward(c, norm, x),
            () => Device.LayerNormBackward(c, norm, g, of),
            () => Device.LayerNormDescent(c, norm, g, of, mask),
            () => Device.AttentionForward(c, layer, layer, layer, x, iclMask: null),
            () => Device.AttentionBackward(c, g, attended, mask, iclMask: null),
            () => Device.AttentionBackwardDescent(c, layer, g, attended, mask, iclMask: null),
            () => Device.ActivationForward(c, x),
            () => Device.ActivationBackward(c, g, x),
            () => Device.LossGradient(c, item.Weights.TokenEmbedding, x, item.Sequence),
            () => Device.Run(c with { RestrictPrefixes = true }, item.Weights, item.Batch));
    }

    [Fact]
    public void An_optimiser_is_refused_by_name_where_the_device_would_have_to_know_it()
    {
        var item = CaseGenerator.FromSeed(Seed);
        var (c, x, g, mask) = (item.Configuration with { Optimiser = new() { MeanOverTargets = true } }, item.Signal, item.Gradient, item.Sequence.TrainMask);
        Refused(
            "plain SGD",
            () => Device.LinearDescent(c, item.Layer.Value, g, x, mask),
            () => Device.LayerNormDescent(c, item.Weights.FinalNorm, g, new LayerNormMemory(x, x), mask),
            () => Device.LossGradient(c, item.Weights.TokenEmbedding, x, item.Sequence),
            () => Device.Run(c, item.Weights, item.Batch));
    }

    private static void Refused(string rule, params Func<object>[] calls) => Assert.All(
        calls, call => Assert.Contains(rule, Assert.Throws<RuleViolationException>(call).Message, StringComparison.Ordinal));

    private static LawReport Report(string label)
    {
        var law = LawBook.Select(label).Single();
        return Campaign.Run(new CampaignOptions
        {
            Implementation = Device,
            Laws = [law],
            Cases = label.Length == 3 && string.CompareOrdinal(label, "L13") <= 0 ? AgreementCases : Cases,
            Seed = Seed,
        }).Reports.Single();
    }
}
