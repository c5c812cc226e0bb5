using System.Text.Json;

namespace Tint.Verification.Reports;

/// <summary>The JSON that <c>tint verify --json</c> writes: counts first, then a row a module, then a row a case.</summary>
internal sealed record ReportDocument
{
    /// <summary>The number of cases that passed.</summary>
    public required int Passed { get; init; }

    /// <summary>The number of cases that disagree or could not be run.</summary>
    public required int Failed { get; init; }

    /// <summary>The number of cases that a cancelled run did not begin.</summary>
    public required int Skipped { get; init; }

    /// <summary>How many of <see cref="Failed"/> could not be run.</summary>
    public required int Errors { get; init; }

    /// <summary>How many tensors were compared.</summary>
    public required int TensorsChecked { get; init; }

    /// <summary>How many tensors were compared in shape only, because nothing reads their values, by the reason.</summary>
    public required IReadOnlyDictionary<string, int> TensorsUnread { get; init; }

    /// <summary>How many values of the cases' inputs nothing reads, by the reason.</summary>
    public required IReadOnlyDictionary<string, int> ValuesUnread { get; init; }

    /// <summary>How many tensors the cases list.</summary>
    public required int TensorsListed { get; init; }

    /// <summary>The set that the cases were chosen from.</summary>
    public required ReportSet Set { get; init; }

    /// <summary>What matrix products ran on; null where the caller did not say.</summary>
    public string? Provider { get; init; }

    /// <summary>The seed of the order in which cases ran.</summary>
    public required int Seed { get; init; }

    /// <summary>The modules, each compared in four ways.</summary>
    public required IReadOnlyList<ReportModule> Modules { get; init; }

    /// <summary>The cases.</summary>
    public required IReadOnlyList<ReportCase> Cases { get; init; }

    /// <summary>The document of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="provider">What matrix products ran on.</param>
    public static ReportDocument Of(VerificationRun run, string? provider = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new ReportDocument
        {
            Passed = run.Passed,
            Failed = run.Failed,
            Skipped = run.Skipped,
            Errors = run.Errors,
            TensorsChecked = run.TensorsChecked,
            TensorsUnread = run.TensorsUnread,
            ValuesUnread = run.ValuesUnread,
            TensorsListed = run.TensorsListed,
            Set = new ReportSet(run.Selection?.Directory, run.CasesInSet, run.TensorsInSet, run.Judged),
            Provider = provider,
            Seed = run.Seed,
            Modules = [.. run.Modules.Select(ReportModule.Of)],
            Cases = [.. run.Reports.Select(report => ReportCase.Of(report, run.Selection?.Notes))],
        };
    }

    /// <summary>Writes the document as UTF-8 JSON with names in snake_case.</summary>
    public void WriteTo(Stream stream) => JsonSerializer.Serialize(stream, this, ReportJson.Default.ReportDocument);
}
