namespace Tint.Experiments.Training;

/// <summary>A rate that rises linearly, then falls as half a cosine to a tenth.</summary>
/// <param name="Peak">The largest rate.</param>
/// <param name="WarmUp">The number of steps that it rises; the step after has the peak.</param>
/// <param name="Steps">The number of all steps.</param>
internal sealed record LearningRateSchedule(double Peak, int WarmUp, int Steps)
{
    private const double Least = 0.1;

    /// <summary>The rate of a step, from 0: peak·(step + 1)/(warm-up + 1), then peak·(0.1 + 0.9·(1 + cos(π·progress))/2).</summary>
    public double At(int step) => step < WarmUp
        ? Peak * (step + 1) / (WarmUp + 1)
        : Peak * (Least + ((1 - Least) * (1 + Math.Cos(Math.PI * (step - WarmUp) / Math.Max(1, Steps - WarmUp))) / 2));
}
