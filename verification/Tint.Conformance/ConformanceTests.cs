using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Oracle.Judging;
using Tint.Oracle.Reports;
using Tint.Properties.FixtureCases;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Verification;
using Xunit;

namespace Tint.Conformance;

/// <summary>
/// Every shipped case and every law as a named test of a backend: derive one class and give it <see cref="Backend"/>, and the test runner does the rest. A failure's
/// message is the oracle's verdict: where the numbers first differ, yours and the reference's, and the mistake that they look like.
/// </summary>
/// <remarks>
/// The interface has no function for the modules that retain the output gradient or descend on biases alone; their cases are not loaded, and the score card says so.
/// </remarks>
/// <param name="scores">Where results are counted; xunit makes it.</param>
public abstract class ConformanceTests(ScoreCard scores) : IClassFixture<ScoreCard>
{
    private const int DefaultLawCases = 20;

    private static readonly Lazy<IReadOnlyDictionary<string, FixtureCase>> Shipped = new(() =>
        FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.ToDictionary(item => item.Id, StringComparer.Ordinal));

    /// <summary>The ids of the cases.</summary>
    public static TheoryData<string> Cases => [.. Shipped.Value.Values.Where(IsLoaded).Select(item => item.Id)];

    /// <summary>The labels of the laws.</summary>
    public static TheoryData<string> Laws => [.. LawBook.All.Select(law => law.Label)];

    /// <summary>The backend under test.</summary>
    protected abstract ITint Backend { get; }

    /// <summary>The type that it computes in: float64 or float32. Laws are bounded for float64, so that a backend in float32 is not put to them.</summary>
    protected virtual string NumberType => "float64";

    /// <summary>Cases by id and laws by label that the backend is known to fail, with the reason. One that passes is a failure: the mark is out of date.</summary>
    protected virtual IReadOnlyDictionary<string, string> KnownFailures { get; } = new Dictionary<string, string>();

    /// <summary>On how many random cases each law is tried.</summary>
    protected virtual int LawCases => DefaultLawCases;

    /// <summary>The backend's numbers are those of the case, within the rounding bound of its type.</summary>
    /// <param name="id">The case.</param>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_the_case(string id)
    {
        var item = Shipped.Value[id];
        CaseJudgement judgement;
        try
        {
            judgement = AnswerJudge.Judge(item, Answers(item));
        }
        catch (Exception exception)
        {
            scores.Add(item.Module, passed: false);
            Expect(id, passed: false, Complaint.Of(exception));
            return;
        }

        scores.Add(item.Module, judgement.Passed);
        Expect(id, judgement.Passed, string.Join(Environment.NewLine, JudgementText.Lines(judgement, new Judgement
        {
            Name = Backend.Name,
            Cases = [judgement],
            Selection = new CaseSelection { Chosen = [item], All = [item], Notes = FixtureNotes.Load(item.Directory) },
            Strangers = [],
        })));
    }

    /// <summary>The law holds on random cases.</summary>
    /// <param name="label">The law.</param>
    [Theory]
    [MemberData(nameof(Laws))]
    public void Satisfies_the_law(string label)
    {
        if (NumberType != NumberTypes.Double)
        {
            return;
        }

        var failure = new LawTrial(LawBook.Select(label)[0], LawCases, seed: 1).Failure(Backend);
        scores.Add("laws", failure is null);
        Expect(label, failure is null, failure);
    }

    private void Expect(string name, bool passed, string? message)
    {
        if (KnownFailures.TryGetValue(name, out var reason))
        {
            Assert.False(passed, $"{name} is marked as a known failure ({reason}) and passes: take the mark away");
        }
        else
        {
            Assert.True(passed, message);
        }
    }

    private AnswerSet Answers(FixtureCase item)
    {
        using var tensors = item.Open();
        var computed = new TintCaseEngine(Backend, new PlainConstruction()).Compute(item, tensors);
        var listed = CaseTensors.InOrder(item).ToHashSet(StringComparer.Ordinal);
        return new AnswerSet(
            item.Id,
            [
                .. computed.Where(pair => pair.Value.Unread is null && listed.Contains(pair.Key))
                    .Select(pair => new AnswerTensor(pair.Key, pair.Value.Value.Shape, pair.Value.Value.Values.ToArray(), NumberType)),
            ],
            []);
    }

    private static bool IsLoaded(FixtureCase item) => item.Options.RetainOutputGradient != true && item.Options.BiasOnly != true;
}
