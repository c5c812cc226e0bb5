using System.Diagnostics;
using Tint.Reference.Engines;

namespace Tint.Verification.Benchmarks;

/// <summary>Turns the ends of stages into times: each stage began when the one before it ended.</summary>
internal sealed class StageTimer
{
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Action<PassStage>? _progress;
    private readonly CancellationToken _token;
    private readonly List<(string Name, int Calls, double Seconds, double CpuSeconds)> _stages = [];
    private bool _hasStepped;
    private double _seconds;
    private double _cpuSeconds;

    public StageTimer(Action<PassStage>? progress, CancellationToken token)
    {
        (_progress, _token) = (progress, token);
        _cpuSeconds = CpuSeconds;
    }

    private double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Notes that a stage has ended.</summary>
    public void Ended(PassStage stage)
    {
        _token.ThrowIfCancellationRequested();
        var (seconds, cpuSeconds) = (_watch.Elapsed.TotalSeconds, CpuSeconds);
        _hasStepped |= stage.Pass is PassKind.LossGradient or PassKind.Backward;
        var name = stage.Pass switch
        {
            PassKind.Forward => _hasStepped ? StageNames.ForwardAgain : StageNames.Forward,
            PassKind.Head => _hasStepped ? StageNames.HeadAgain : StageNames.Head,
            PassKind.LossGradient => StageNames.LossGradient,
            PassKind.WeightsToDevice => StageNames.WeightsToDevice,
            PassKind.ResultsToHost => StageNames.ResultsToHost,
            _ => StageNames.Backward,
        };
        var index = _stages.FindIndex(known => known.Name == name);
        var before = index < 0 ? (Name: name, Calls: 0, Seconds: 0.0, CpuSeconds: 0.0) : _stages[index];
        var sum = (name, before.Calls + 1, before.Seconds + seconds - _seconds, before.CpuSeconds + cpuSeconds - _cpuSeconds);
        if (index < 0)
        {
            _stages.Add(sum);
        }
        else
        {
            _stages[index] = sum;
        }

        (_seconds, _cpuSeconds) = (seconds, cpuSeconds);
        _progress?.Invoke(stage);
    }

    /// <summary>The times, in the order in which the stages first ended.</summary>
    public IReadOnlyList<StageTime> Times(Func<string, long> flops) =>
        [.. _stages.Select(stage => new StageTime(stage.Name, stage.Calls, stage.Seconds, stage.CpuSeconds, flops(stage.Name)))];
}
