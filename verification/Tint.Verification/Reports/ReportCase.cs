using Tint.Fixtures;
using Tint.Verification.Truth;

namespace Tint.Verification.Reports;

/// <summary>
/// One case of a <see cref="ReportDocument"/>; the numbers are those of its worst tensor. A number that does not exist, such as the ratio to
/// a bound of 0 or the error of a value that is not finite, is null.
/// </summary>
internal sealed record ReportCase
{
    /// <summary>The case's name.</summary>
    public required string Id { get; init; }

    /// <summary>Its module.</summary>
    public required string Module { get; init; }

    /// <summary>passed, failed, error or skipped.</summary>
    public required CaseVerdict Verdict { get; init; }

    /// <summary>The flags of the case's notes, which say what it holds and which bugs it catches.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>The tensor with the largest error/bound, one that fails before one that passes; null where none was compared.</summary>
    public string? Tensor { get; init; }

    /// <summary>max |expected − got| over the tensor.</summary>
    public double? Absolute { get; init; }

    /// <summary><see cref="Absolute"/> over max |expected|, or <see cref="Absolute"/> where every expected value is 0.</summary>
    public double? Relative { get; init; }

    /// <summary>The bound at the entry where error/bound is largest; 0 where values must agree exactly.</summary>
    public double? Bound { get; init; }

    /// <summary>error/bound at that entry, the largest of the tensor.</summary>
    public double? Ratio { get; init; }

    /// <summary>|expected − got| at that entry.</summary>
    public double? Error { get; init; }

    /// <summary>What <see cref="Relative"/> must not exceed; null in float32, where the bound stands alone.</summary>
    public double? Ceiling { get; init; }

    /// <summary>The engine that computed the tensor.</summary>
    public string? Engine { get; init; }

    /// <summary>Why the case did not pass, in one line.</summary>
    public string? Problem { get; init; }

    /// <summary>Where its first failing tensor first differs, in the paper's coordinates.</summary>
    public string? Place { get; init; }

    /// <summary>Why no TinT of its model can be constructed, so that the model is compared alone; null where one can, or that was not asked for.</summary>
    public string? NotSimulated { get; init; }

    /// <summary>The construction against the simulation; null where that was not asked for, or there is no TinT.</summary>
    public ComparisonSummary? Simulation { get; init; }

    /// <summary>The simulation against the truth, quantity by quantity; null where that was not asked for.</summary>
    public IReadOnlyList<ReportCheck>? Truth { get; init; }

    /// <summary>A whole model's layers: simulated update against true update, from the bottom, the final norm last.</summary>
    public IReadOnlyList<LayerUpdate>? Updates { get; init; }

    /// <summary>How many of its tensors were compared.</summary>
    public required int TensorsChecked { get; init; }

    /// <summary>How many tensors it lists.</summary>
    public required int TensorsListed { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The row of a case.</summary>
    /// <param name="report">The case's report.</param>
    /// <param name="notes">What cases are for; null where there are no notes.</param>
    public static ReportCase Of(CaseReport report, FixtureNotes? notes = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (worst, failure) = (report.Worst, report.FirstFailure);
        return new ReportCase
        {
            Id = report.Case.Id,
            Module = report.Case.Module,
            Verdict = report.Verdict,
            Flags = [.. (notes?.Of(report.Case.Id) ?? []).Select(flag => flag.Name)],
            Tensor = worst?.Tensor,
            Absolute = ReportNumber.Defined(worst?.Absolute),
            Relative = ReportNumber.Defined(worst?.Relative),
            Bound = ReportNumber.Defined(worst?.Bound),
            Ratio = ReportNumber.Defined(worst?.Ratio),
            Error = ReportNumber.Defined(worst?.Error),
            Ceiling = ReportNumber.Defined(worst?.Ceiling),
            Engine = worst?.Engine,
            Problem = report.Problem
                ?? (failure is not null ? $"{failure.Tensor}: {failure.Problem}"
                    : report.FirstUncertified is { } check ? $"{check.Quantity}: farther from the truth than its certificate"
                    : null),
            Place = failure?.FirstPlace?.ToString(),
            NotSimulated = report.NotSimulated,
            Simulation = Summary(report),
            Truth = report.Comparison is { } comparison ? [.. comparison.Certificates.Select(ReportCheck.Of)] : null,
            Updates = report.Comparison is { } updated
                ? [.. updated.Updates.Select(update => update with { Cosine = ReportNumber.Defined(update.Cosine), Relative = ReportNumber.Defined(update.Relative) })]
                : null,
            TensorsChecked = report.TensorsChecked,
            TensorsListed = report.TensorsListed,
            Seconds = report.Elapsed.TotalSeconds,
        };
    }

    private static ComparisonSummary? Summary(CaseReport report) => report.Comparison is null
        ? null
        : ReportModule.Of(new ModuleSummary(report.Case.Module, [report])).ConstructionSimulation;
}
