using System.Diagnostics;
using Tint.Fixtures;
using Tint.Verification.Coordinates;
using Tint.Verification.Engines;
using Tint.Verification.Judging;
using Tint.Verification.Simulating;

namespace Tint.Verification;

/// <summary>Runs one case: opens its file, lets the engines compute, and judges every tensor that the case lists.</summary>
public static class CaseRunner
{
    /// <summary>Runs a case. Whatever goes wrong is in the report; nothing is thrown.</summary>
    /// <param name="fixtureCase">The case.</param>
    /// <param name="engines">
    /// The engines, each judged on every tensor that it returns. A listed tensor that none returns is an error, but for <c>expected.true.*</c>,
    /// which become due as soon as an engine returns one of them.
    /// </param>
    /// <param name="compare">Whether to compare with the simulation and the truth as well, where there is a TinT; see <see cref="CaseComparison"/>.</param>
    /// <param name="simulation">The simulation of whole models to compare with; null for that on the host.</param>
    public static CaseReport Run(
        FixtureCase fixtureCase, IReadOnlyList<ICaseEngine> engines, bool compare = false, ISimulation? simulation = null)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        ArgumentNullException.ThrowIfNull(engines);
        var watch = Stopwatch.StartNew();
        CaseReport report;
        try
        {
            using var tensors = fixtureCase.Open();
            var loaded = new LoadedCase(fixtureCase, tensors);
            EngineAnswers[] answers = [.. engines.Select(engine => new EngineAnswers(engine.Name, engine.Compute(loaded)))];
            report = Judge(loaded, answers) with { ValuesUnread = UnreadInputs.Of(loaded) };
            report = compare ? Compare(report, loaded, answers, simulation) : report;
        }
        catch (Exception exception)
        {
            report = new CaseReport { Case = fixtureCase, Verdict = CaseVerdict.Error, Problem = Complaint.Of(exception, ConfigurationNames.InManifest) };
        }

        return report with { Elapsed = watch.Elapsed };
    }

    private static CaseReport Compare(CaseReport report, LoadedCase loaded, IReadOnlyList<EngineAnswers> answers, ISimulation? simulation)
    {
        if (loaded.Case.IsAuxiliary && FamilyCase.WhyNotSimulated(loaded) is { } reason)
        {
            return report with { NotSimulated = reason };
        }

        report = report with { Comparison = CaseComparison.Of(loaded, answers, simulation) };
        return report.Verdict == CaseVerdict.Passed && (report.FirstFailure is not null || report.FirstUncertified is not null)
            ? report with { Verdict = CaseVerdict.Failed }
            : report;
    }

    private static CaseReport Judge(LoadedCase loaded, IReadOnlyList<EngineAnswers> answers)
    {
        var fixtureCase = loaded.Case;
        var judgements = new List<TensorJudgement>();
        var missing = new List<string>();
        var noise = new ReferenceNoise(loaded);
        var geometry = fixtureCase.IsAuxiliary ? null : loaded.Geometry;
        var trueIsDue = answers.Any(answer => answer.Values.Keys.Any(CaseTensors.IsTrue));
        foreach (var name in CaseTensors.InOrder(fixtureCase))
        {
            var given = answers.Where(answer => answer.Values.ContainsKey(name)).ToArray();
            if (given.Length == 0)
            {
                missing.AddRange(CaseTensors.IsTrue(name) && !trueIsDue ? [] : [name]);
                continue;
            }

            var expected = CaseTensors.Read(loaded.Tensors, name);
            judgements.AddRange(given
                .Select(answer => (Answer: answer, Ceiling: ErrorCeiling.Of(fixtureCase, expected, noise.For(name, answer.Values[name]))))
                .Select(item => TensorJudge.Judge(
                    name, item.Answer.Engine, expected, item.Answer.Values[name], item.Ceiling.Relative, item.Ceiling.LeastScale))
                .Select(judgement => Locate(judgement, geometry) with { IsSinglePrecision = fixtureCase.DataType == "float32" }));
        }

        return new CaseReport
        {
            Case = fixtureCase,
            Judgements = judgements,
            Verdict = missing.Count > 0 || judgements.TrueForAll(judgement => judgement.Unread is not null) ? CaseVerdict.Error
                : judgements.TrueForAll(judgement => judgement.Passed) ? CaseVerdict.Passed
                : CaseVerdict.Failed,
            Problem = missing.Count > 0
                ? $"no engine computes '{missing[0]}'" + (missing.Count > 1 ? $" and {missing.Count - 1} other tensors of the case" : string.Empty)
                : judgements.Count == 0 ? "no engine computes any tensor of the case"
                : judgements.TrueForAll(judgement => judgement.Unread is not null) ? $"no value of the case was compared: {judgements[0].Unread}"
                : null,
        };
    }

    private static TensorJudgement Locate(TensorJudgement judgement, CaseGeometry? geometry) => judgement.First is not { } first
        ? judgement
        : judgement with
        {
            FirstPlace = geometry is null
                ? Place.OfModel(judgement.Tensor, first.Index)
                : Place.Of(geometry, judgement.Tensor, judgement.Shape, first.Index),
        };
}
