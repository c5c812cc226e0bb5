using Tint.Reference.Engines;
using Tint.Verification.Benchmarks;
using Tint.Verification.Cuda;

namespace Tint.Reference.Cuda.Tests.Device;

public sealed class BenchDeviceTests
{
    [Fact]
    public void Every_pass_and_both_copies_are_timed_and_the_products_counted()
    {
        var input = BenchInput.Of(BenchEngine.DeviceSimulation, "tiny");
        var stages = new List<PassStage>();
        var result = StepBench.Run(input, stages.Add, CancellationToken.None, new BenchDevice(HostDevice.Instance));
        Assert.Equal(
            [
                StageNames.WeightsToDevice, StageNames.Forward, StageNames.Head, StageNames.LossGradient, StageNames.Backward, StageNames.ForwardAgain,
                StageNames.HeadAgain, StageNames.ResultsToHost,
            ],
            result.Passes.Select(pass => pass.Name));
        Assert.Equal(StepBench.StageCount(input.Engine, input.Configuration), stages.Count);
        Assert.Equal(result.Flops, result.Passes.Sum(pass => pass.Flops));
        Assert.True(result.Seconds > 0 && result.PeakFlopsPerSecond > 1e5 && result.DeviceBytes > 1e4);
    }

    [Fact]
    public void A_run_that_is_cancelled_ends()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => StepBench.Run(
            BenchInput.Of(BenchEngine.DeviceSimulation, "tiny"), _ => source.Cancel(), source.Token, new BenchDevice(HostDevice.Instance)));
    }
}
