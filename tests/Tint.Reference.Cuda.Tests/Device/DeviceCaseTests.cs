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

    private static readonly FixtureManifest AuxiliaryManifest =
        FixtureManifest.Load(Path.Combine(FixtureLocator.FindShipped(), FixtureLocator.AuxiliaryFolder));

    /// <summary>Of each family the case with most in it.</summary>
    public static TheoryData<string> Families =>
    [
        "Auxiliary.gpt2.inverse_layer_scale", "Auxiliary.opt.no_biases_no_affine", "Auxiliary.opt.post_norm_projected", "Auxiliary.llama.grouped_queries", "Auxiliary.llama.odd_inner_tied",
        "Auxiliary.gpt_neox", "Auxiliary.gptj", "Auxiliary.bloom.six_heads", "Auxiliary.t5.gated_untied", "Auxiliary.gpt_bigcode",
    ];

    /// <summary>The true gradients, which no device computes, are judged elsewhere.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void A_family_s_model_agrees_with_the_construction_within_its_rounding_bound(string id)
    {
        var report = CaseRunner.Run(
            AuxiliaryManifest.Cases.Single(item => item.Id == id), [new FamilyEngine()], compare: true, new DeviceSimulation(HostDevice.Instance));
        Assert.Equal(CaseVerdict.Passed, report.Verdict);
        Assert.Contains(report.Comparison!.Simulation, judgement => judgement.Tensor == "expected.logits" && judgement.Ratio > 0);
        Assert.Contains(
            report.Comparison.Simulation, judgement => judgement.Tensor.Contains("backward.layer00.updated_prefixes", StringComparison.Ordinal) && judgement.Ratio > 0);
        Assert.All(report.Comparison.Simulation, judgement =>
        {
            Assert.EndsWith($"against simulation on {HostDevice.Instance.Name}", judgement.Engine, StringComparison.Ordinal);
            Assert.True(judgement.Passed, $"{judgement.Tensor}: {judgement.FirstPlace}");
        });
    }

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
