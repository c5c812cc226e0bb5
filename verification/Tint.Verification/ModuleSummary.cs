using Tint.Verification.Judging;

namespace Tint.Verification;

/// <summary>The cases of one module.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Reports">Its cases' reports.</param>
public sealed record ModuleSummary(string Module, IReadOnlyList<CaseReport> Reports)
{
    /// <summary>The comparison with the largest error/bound over all cases, one that fails before one that passes; null where none was made.</summary>
    public TensorJudgement? Worst => TensorJudgement.Worst(Reports.SelectMany(report => report.Judgements));

    /// <summary>The largest relative error over all cases that have a ceiling; null where there is none.</summary>
    public double? WorstRelative => Reports
        .SelectMany(report => report.Judgements)
        .Where(judgement => judgement.Ceiling is not null)
        .Select(judgement => (double?)judgement.Relative)
        .Max();

    /// <summary>The number of cases that ended in a verdict.</summary>
    public int Count(CaseVerdict verdict) => Reports.Count(report => report.Verdict == verdict);
}
