using Tint.Verification.Judging;
using Tint.Verification.Truth;

namespace Tint.Verification;

/// <summary>The cases of one module, or of one family of auxiliary models, compared in four ways.</summary>
/// <param name="Module">The module's name, or the family's.</param>
/// <param name="Reports">Its cases' reports.</param>
public sealed record ModuleSummary(string Module, IReadOnlyList<CaseReport> Reports)
{
    /// <summary>What the construction computed against the file, constructed weights included.</summary>
    public ComparisonSummary ConstructionFixture => ComparisonSummary.Of(Judgements.Where(item => !CaseTensors.IsTrue(item.Judgement.Tensor)));

    /// <summary>What the construction computed against the simulation on the same inputs.</summary>
    public ComparisonSummary ConstructionSimulation => ComparisonSummary.Of(Each(report => report.Comparison?.Simulation ?? []));

    /// <summary>The simulation against the truth, within its certificates.</summary>
    public ComparisonSummary SimulationTruth => ComparisonSummary.Of(Each(report => report.Comparison?.Certificates ?? []));

    /// <summary>The exact auxiliary model against autograd's numbers in the file.</summary>
    public ComparisonSummary TruthAutograd => ComparisonSummary.Of(Judgements.Where(item => CaseTensors.IsTrue(item.Judgement.Tensor)));

    /// <summary>Every layer's update of every case, with the case's report.</summary>
    public IReadOnlyList<(CaseReport Report, LayerUpdate Update)> Updates => [.. Each(report => report.Comparison?.Updates ?? [], report => report)];

    private IEnumerable<(string Case, TensorJudgement Judgement)> Judgements => Each(report => report.Judgements);

    /// <summary>The number of cases that ended in a verdict.</summary>
    public int Count(CaseVerdict verdict) => Reports.Count(report => report.Verdict == verdict);

    private IEnumerable<(string Case, T Item)> Each<T>(Func<CaseReport, IEnumerable<T>> items) => Each(items, report => report.Case.Id);

    private IEnumerable<(TKey Key, T Item)> Each<TKey, T>(Func<CaseReport, IEnumerable<T>> items, Func<CaseReport, TKey> key) =>
        Reports.SelectMany(report => items(report).Select(item => (key(report), item)));
}
