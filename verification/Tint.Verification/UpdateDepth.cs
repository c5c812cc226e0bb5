using Tint.Verification.Truth;

namespace Tint.Verification;

/// <summary>The updates of all whole models' layers at one depth, counted from the top, where the gradient comes from.</summary>
/// <param name="Name">final norm, top layer, 1 below, 2 below, …</param>
/// <param name="Cases">How many cases train a layer there with an update that is not zero.</param>
/// <param name="LeastCosine">The least cosine.</param>
/// <param name="MedianCosine">The median cosine.</param>
/// <param name="MedianRelative">The median relative error.</param>
/// <param name="LargestRelative">The largest relative error.</param>
internal sealed record UpdateDepth(
    string Name, int Cases, double? LeastCosine, double? MedianCosine, double? MedianRelative, double? LargestRelative)
{
    /// <summary>A run's depths, from the final norm down.</summary>
    public static IReadOnlyList<UpdateDepth> Of(VerificationRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return
        [
            .. run.Modules.SelectMany(module => module.Updates)
                .GroupBy(item => item.Report.DepthOf(item.Update))
                .OrderBy(group => group.Key)
                .Select(group => Of(group.Key, [.. group.Select(item => item.Update)])),
        ];
    }

    private static UpdateDepth Of(int depth, IReadOnlyList<LayerUpdate> updates)
    {
        double[] cosines = [.. updates.Select(update => update.Cosine).OfType<double>().Order()];
        double[] errors = [.. updates.Select(update => update.Relative).OfType<double>().Order()];
        return new UpdateDepth(
            depth switch
            {
                < 0 => "final norm",
                0 => "top layer",
                _ => $"{depth} below",
            },
            cosines.Length,
            cosines.Length == 0 ? null : cosines[0],
            Median(cosines),
            Median(errors),
            errors.Length == 0 ? null : errors[^1]);
    }

    private static double? Median(double[] sorted) =>
        sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
