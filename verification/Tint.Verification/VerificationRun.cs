namespace Tint.Verification;

/// <summary>A finished run.</summary>
public sealed record VerificationRun
{
    /// <summary>The seed of the order in which cases ran.</summary>
    public required int Seed { get; init; }

    /// <summary>The set that the cases were chosen from; null where the caller did not say, and then the cases are the set.</summary>
    public CaseSelection? Selection { get; init; }

    /// <summary>The words of the command line, beside those that choose cases, that commands which reproduce a failure repeat.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>One report a case, in the order in which the cases were given.</summary>
    public required IReadOnlyList<CaseReport> Reports { get; init; }

    /// <summary>The number of cases that passed.</summary>
    public int Passed => Count(CaseVerdict.Passed);

    /// <summary>The number of cases that did not: those that disagree, and those that could not be run.</summary>
    public int Failed => Count(CaseVerdict.Failed) + Errors;

    /// <summary>The number of cases that could not be run, which <see cref="Failed"/> includes.</summary>
    public int Errors => Count(CaseVerdict.Error);

    /// <summary>The number of cases that a cancelled run did not begin.</summary>
    public int Skipped => Count(CaseVerdict.Skipped);

    /// <summary>The number of cases that ran and were judged, for or against.</summary>
    public int Judged => Passed + Count(CaseVerdict.Failed);

    /// <summary>The number of cases of the set that the run's were chosen from.</summary>
    public int CasesInSet => Selection?.All.Count ?? Reports.Count;

    /// <summary>How many tensors the cases of that set list.</summary>
    public int TensorsInSet => Selection?.Tensors ?? TensorsListed;

    /// <summary>Whether every case of the set was judged.</summary>
    public bool IsWhole => Judged == CasesInSet;

    /// <summary>How many tensors the cases list.</summary>
    public int TensorsListed => Reports.Sum(report => report.TensorsListed);

    /// <summary>How many of them were compared.</summary>
    public int TensorsChecked => Reports.Sum(report => report.TensorsChecked);

    /// <summary>How many of them nothing reads, so that only their shapes were compared, by the reason.</summary>
    public IReadOnlyDictionary<string, int> TensorsUnread =>
        Reports.SelectMany(report => report.Unread).GroupBy(reason => reason).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>How many values of the cases' inputs nothing reads, by the reason.</summary>
    public IReadOnlyDictionary<string, int> ValuesUnread =>
        Reports.SelectMany(report => report.ValuesUnread).GroupBy(item => item.Key).ToDictionary(group => group.Key, group => group.Sum(item => item.Value));

    /// <summary>The run by module, and by family where a case is about an auxiliary model alone, in the order of their first case.</summary>
    public IReadOnlyList<ModuleSummary> Modules =>
        [.. Reports.GroupBy(report => (report.Case.IsAuxiliary ? report.Case.Family : null) ?? report.Case.Module).Select(group => new ModuleSummary(group.Key, [.. group]))];

    private int Count(CaseVerdict verdict) => Reports.Count(report => report.Verdict == verdict);
}
