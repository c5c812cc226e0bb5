using System.Text.RegularExpressions;
using ILGPU.Runtime.Cuda;

namespace Tint.Reference.Cuda.Tests.Kernels;

/// <summary>Every loop compiles for the GPUs that it is meant for, to float64 arithmetic without approximations.</summary>
public sealed partial class DeviceCodeTests
{
    public static TheoryData<string> Loops => [.. DeviceCode.Loops.Keys];

    [Theory]
    [MemberData(nameof(Loops))]
    public void Compiles_for_compute_capability_8_0_and_9_0(string loop)
    {
        foreach (var architecture in new[] { CudaArchitecture.SM_80, CudaArchitecture.SM_90 })
        {
            var ptx = DeviceCode.Ptx(DeviceCode.Loops[loop], architecture);
            Assert.Contains(".visible .entry", ptx, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public void Computes_in_float64_alone_and_rounds_every_quotient_and_root(string loop)
    {
        var ptx = DeviceCode.Ptx(DeviceCode.Loops[loop], CudaArchitecture.SM_90);
        Assert.DoesNotContain("f32", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain("approx", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain("ftz", ptx, StringComparison.Ordinal);
    }

    /// <summary>Threads of a warp go different ways at a condition on data; a branch that is declared uniform would leave undefined what they do.</summary>
    [Theory]
    [MemberData(nameof(Loops))]
    public void Declares_no_conditional_branch_uniform(string loop) =>
        Assert.DoesNotMatch(ConditionalUniformBranch(), DeviceCode.Ptx(DeviceCode.Loops[loop], CudaArchitecture.SM_90));

    [GeneratedRegex(@"@!?%p\d+\s+bra\.uni")]
    private static partial Regex ConditionalUniformBranch();
}
