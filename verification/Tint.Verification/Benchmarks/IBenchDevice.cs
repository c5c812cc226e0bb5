using Tint.Reference.Engines;

namespace Tint.Verification.Benchmarks;

/// <summary>A device that <see cref="BenchEngine.DeviceSimulation"/> is timed on.</summary>
public interface IBenchDevice
{
    /// <summary>Runs one training step, with the copies there and back.</summary>
    /// <param name="input">What to run.</param>
    /// <param name="ended">Called when the device has done a stage.</param>
    public void RunStep(BenchInput input, Action<PassStage> ended);

    /// <summary>The bytes of the device's memory that have been taken for numbers.</summary>
    public long Bytes { get; }

    /// <summary>The rate of the step's largest product, E y for all tokens, at its best, in floating-point operations a second.</summary>
    public double PeakFlopsPerSecond(BenchInput input);
}
