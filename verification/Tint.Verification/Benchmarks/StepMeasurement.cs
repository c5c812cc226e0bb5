namespace Tint.Verification.Benchmarks;

/// <summary>What one training step took.</summary>
/// <param name="Passes">The passes, in order.</param>
/// <param name="Flops">The operations that the auxiliary model itself needs for the step (see <see cref="FlopCount"/>).</param>
/// <param name="PeakFlopsPerSecond">What the provider reaches in its best product, in the same process.</param>
/// <param name="PeakBytes">The largest working set that the process has had.</param>
/// <param name="DeviceBytes">The memory taken on a device; null where there is none.</param>
public sealed record StepMeasurement(IReadOnlyList<StageTime> Passes, long Flops, double PeakFlopsPerSecond, long PeakBytes, long? DeviceBytes = null)
{
    /// <summary>Wall time of the step.</summary>
    public double Seconds => Passes.Sum(pass => pass.Seconds);

    /// <summary>Processor time of the step, all threads.</summary>
    public double CpuSeconds => Passes.Sum(pass => pass.CpuSeconds);

    /// <summary>The time that the auxiliary model's products alone take at the peak rate.</summary>
    public double LowerBoundSeconds => Flops / PeakFlopsPerSecond;
}
