using Tint.Fixtures;
using Tint.Verification.Curves;
using Tint.Verification.Departing;
using Tint.Verification.Faithful;

namespace Tint.Verification.Reports.Page;

/// <summary>What the page shows: a run, and what was measured beside it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Provider">What matrix products ran on.</param>
/// <param name="Activation">The error of ActivationBackward against N.</param>
/// <param name="LayerNorm">The error of LayerNormBackward against N.</param>
/// <param name="Departures">The sizes of the departures; none without whole models.</param>
internal sealed record PageContent(
    VerificationRun Run,
    string Provider,
    IReadOnlyList<ScaleCurve> Activation,
    IReadOnlyList<ScaleCurve> LayerNorm,
    IReadOnlyList<DepartureSize> Departures)
{
    /// <summary>The error of AttentionScoreBackward against N, which the published code has not; none where it was not measured.</summary>
    public IReadOnlyList<ScaleCurve> Scores { get; init; } = [];

    /// <summary>What each ingredient of a TinT whose update is plain SGD's buys; none without whole models.</summary>
    public IReadOnlyList<IngredientResult> Faithful { get; init; } = [];

    /// <summary>Measures what the page needs beside a run: the curves, and the departures on the run's whole models.</summary>
    /// <exception cref="FixtureException">A whole model's file cannot be used.</exception>
    public static PageContent Measure(VerificationRun run, string provider)
    {
        ArgumentNullException.ThrowIfNull(run);
        FixtureCase[] usable = [.. run.Reports.Where(report => report.Verdict is CaseVerdict.Passed or CaseVerdict.Failed).Select(report => report.Case)];
        return new PageContent(run, provider, ActivationCurve.Measure(), LayerNormCurve.Measure(), DepartureSizes.Measure(usable))
        {
            Scores = ScoreCurve.Measure(),
            Faithful = FaithfulMeasurement.Measure(usable),
        };
    }
}
