using System.Diagnostics;
using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Model;
using Tint.Reference.Simulation;

namespace Tint.Verification.Benchmarks;

/// <summary>Times one training step.</summary>
public static class StepBench
{
    private const int ModuleRuns = 3;

    /// <summary>
    /// How many stages a run reports: each forward pass L blocks, the norms behind them and head, each backward pass loss, norms and L blocks; plain SGD reports
    /// passes, and the heads of the first and the last; a device reports two copies.
    /// </summary>
    public static int StageCount(BenchEngine engine, TintConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (layers, steps) = (configuration.Auxiliary.LayerCount, configuration.SgdSteps);
        var plan = ModelPlan.Of(configuration.Auxiliary);
        var (finals, encoderFinals) = (plan.Final is null ? 0 : 1, plan.EncoderFinal is null ? 0 : 1);
        var passes = layers + finals + encoderFinals + 1 + (steps * ((2 * (layers + finals + encoderFinals)) + 2));
        return engine switch
        {
            BenchEngine.Exact => steps == 0 ? 2 : 3 + (2 * steps),
            BenchEngine.DeviceSimulation => passes + 2,
            BenchEngine.Construction or BenchEngine.Simulation => passes,
            _ => throw Require.Unknown(engine, "the engine"),
        };
    }

    /// <summary>
    /// Runs the step once, behind a step of the tiny shape that leaves out the compiler's time, and measures the fastest product in the same
    /// process. On a device the step before it is the same one, so that its memory is allocated and cuBLAS has loaded what it needs.
    /// </summary>
    /// <param name="input">What to run.</param>
    /// <param name="progress">Called at the end of every stage.</param>
    /// <param name="token">Ends the run at the next stage.</param>
    /// <param name="device">The device, for the engine that needs one.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static StepMeasurement Run(BenchInput input, Action<PassStage>? progress, CancellationToken token, IBenchDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        var flops = new FlopCount(input.Configuration, input.Sequence);
        StageTimer timer;
        try
        {
            var before = input.Engine == BenchEngine.DeviceSimulation ? input : BenchInput.Of(input.Engine, BenchShapes.Names[0]);
            Step(before, new StageTimer(null, token), device);
            GC.Collect();
            timer = new StageTimer(progress, token);
            Step(input, timer, device);
        }
        catch (AggregateException) when (token.IsCancellationRequested)
        {
            throw new OperationCanceledException(token);
        }

        using var process = Process.GetCurrentProcess();
        return new StepMeasurement(
            timer.Times(name => Flops(flops, input.Engine, name)),
            flops.StepOf(input.Engine),
            input.Engine == BenchEngine.DeviceSimulation ? Required(device).PeakFlopsPerSecond(input) : PeakRate.Measure(),
            process.PeakWorkingSet64,
            device?.Bytes);
    }

    /// <summary>The modules of the engine, each run alone, times how often a step calls it: the best of three runs behind one to warm up.</summary>
    public static IReadOnlyList<StageTime> Modules(BenchInput input, CancellationToken token)
    {
        using var process = Process.GetCurrentProcess();
        return [.. ModuleBench.Of(input).Select(module => Time(module, process, token))];
    }

    private static StageTime Time(ModuleBench module, Process process, CancellationToken token)
    {
        module.Run();
        var (seconds, cpuSeconds) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var run = 0; run < ModuleRuns; run++)
        {
            token.ThrowIfCancellationRequested();
            GC.Collect();
            process.Refresh();
            var (watch, before) = (Stopwatch.StartNew(), process.TotalProcessorTime);
            module.Run();
            seconds = Math.Min(seconds, watch.Elapsed.TotalSeconds);
            process.Refresh();
            cpuSeconds = Math.Min(cpuSeconds, (process.TotalProcessorTime - before).TotalSeconds);
        }

        return new StageTime(module.Name, module.Calls, module.Calls * seconds, module.Calls * cpuSeconds, module.Calls * module.Flops);
    }

    private static void Step(BenchInput input, StageTimer timer, IBenchDevice? device)
    {
        switch (input.Engine)
        {
            case BenchEngine.Construction:
                new ConstructedTint(input.Configuration, input.Weights) { Observer = timer.Ended, Storage = input.Storage.Pass }.Run(input.Sequence);
                break;
            case BenchEngine.Simulation:
                new SimulatedTint(input.Configuration, input.Weights) { Observer = timer.Ended, Storage = input.Storage.Pass }.Run(input.Sequence);
                break;
            case BenchEngine.DeviceSimulation:
                Required(device).RunStep(input, timer.Ended);
                break;
            case BenchEngine.Exact:
                new ExactTint(input.Configuration, input.Weights) { Observer = timer.Ended }.Run(input.Sequence);
                break;
            default:
                throw Require.Unknown(input.Engine, "the engine");
        }
    }

    private static IBenchDevice Required(IBenchDevice? device) => device ?? throw new RuleViolationException(
        "the engine device-simulation needs a device", "none", "pass one, or use the engine simulation");

    private static long Flops(FlopCount flops, BenchEngine engine, string stage)
    {
        var steps = flops.Configuration.SgdSteps;
        return stage switch
        {
            StageNames.Forward => flops.Forward,
            StageNames.Head => flops.Head,
            StageNames.HeadAgain when engine == BenchEngine.Exact => flops.Head,
            StageNames.HeadAgain => steps * flops.Head,
            StageNames.LossGradient => steps * flops.LossGradient,
            StageNames.ForwardAgain => steps * flops.ForwardAgain,
            StageNames.Backward when engine == BenchEngine.Exact =>
                (steps * (flops.ExactLossGradient + flops.ExactBackward)) + ((steps - 1) * flops.Head),
            StageNames.Backward => steps * flops.Backward,
            StageNames.WeightsToDevice or StageNames.ResultsToHost => 0,
            _ => throw new RuleViolationException("a pass must be known", stage, "use one of a step's"),
        };
    }
}
