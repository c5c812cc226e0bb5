namespace Tint.Experiments.Classification;

/// <summary>A method with the setting that was best where settings are chosen.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Accuracy">The mean over seeds of the share that is right, on the examples that are reported.</param>
/// <param name="Deviation">The standard deviation over seeds; null with one seed.</param>
/// <param name="SelectionAccuracy">The same mean on the examples that choose.</param>
/// <param name="Tried">From how many settings it was chosen.</param>
public sealed record ClassificationResult(ClassificationSetting Setting, double Accuracy, double? Deviation, double SelectionAccuracy, int Tried)
{
    /// <summary>The best setting of each method and calibration.</summary>
    /// <param name="outcomes">What was found.</param>
    /// <param name="selecting">Whether an example chooses, by its place.</param>
    /// <param name="reporting">Whether it is reported.</param>
    public static IReadOnlyList<ClassificationResult> Of(IReadOnlyList<ClassificationOutcome> outcomes, Predicate<int> selecting, Predicate<int> reporting)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        return
        [
            .. outcomes.GroupBy(static outcome => (outcome.Setting.Method, outcome.Setting.Calibration)).Select(group =>
            {
                var settings = group.GroupBy(static outcome => outcome.Setting)
                    .Select(setting => (setting.Key, Choosing: Mean(setting, selecting), Reported: setting.Select(seed => Share(seed, reporting)).ToArray()))
                    .ToArray();
                var best = settings.MaxBy(static setting => setting.Choosing);
                var mean = best.Reported.Average();
                return new ClassificationResult(
                    best.Key,
                    mean,
                    best.Reported.Length < 2 ? null : Math.Sqrt(best.Reported.Sum(share => (share - mean) * (share - mean)) / (best.Reported.Length - 1)),
                    best.Choosing,
                    settings.Length);
            }),
        ];
    }

    private static double Mean(IEnumerable<ClassificationOutcome> seeds, Predicate<int> counts) => seeds.Average(seed => Share(seed, counts));

    /// <summary>An example that could not be classified is wrong.</summary>
    private static double Share(ClassificationOutcome outcome, Predicate<int> counts)
    {
        bool?[] right = [.. outcome.Right.Where((_, place) => counts(place))];
        return right.Count(static one => one == true) / (double)right.Length;
    }
}
