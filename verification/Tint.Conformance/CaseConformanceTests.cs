using Tint.Fixtures;
using Tint.Oracle.Answers;
using Tint.Oracle.Judging;
using Tint.Oracle.Reports;
using Tint.Properties.FixtureCases;
using Tint.Properties.Implementations;
using Tint.Verification;
using Xunit;

namespace Tint.Conformance;

/// <summary>
/// Every shipped case as a named test of a backend. A failure's message is the oracle's verdict: where the numbers first differ, yours and the reference's, and the
/// mistake that they look like. Derive <see cref="ConformanceTests"/> for a backend in float64, <see cref="Float32ConformanceTests"/> for one in float32.
/// </summary>
/// <remarks>
/// The interface has no function for the modules that retain the output gradient or descend on biases alone; their cases are not loaded, and the score card says so.
/// </remarks>
public abstract class CaseConformanceTests : IClassFixture<ScoreCard>
{
    private static readonly Lazy<IReadOnlyDictionary<string, FixtureCase>> Shipped = new(() =>
        FixtureManifest.Load(FixtureLocator.FindShipped()).Cases.ToDictionary(item => item.Id, StringComparer.Ordinal));

    private protected CaseConformanceTests(ScoreCard scores) => Scores = scores;

    /// <summary>The ids of the cases.</summary>
    public static TheoryData<string> Cases => [.. Shipped.Value.Values.Where(IsLoaded).Select(item => item.Id)];

    /// <summary>The backend under test.</summary>
    protected abstract ITint Backend { get; }

    private protected abstract string NumberType { get; }

    private protected ScoreCard Scores { get; }

    /// <summary>Cases by id and laws by label that the backend is known to fail, with the reason. One that passes is a failure: the mark is out of date.</summary>
    protected virtual IReadOnlyDictionary<string, string> KnownFailures { get; } = new Dictionary<string, string>();

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
            Scores.Add(item, passed: false);
            Expect(id, passed: false, Complaint.Of(exception));
            return;
        }

        Scores.Add(item, judgement.Passed);
        Expect(id, judgement.Passed, string.Join(Environment.NewLine, JudgementText.Lines(judgement, new Judgement
        {
            Name = Backend.Name,
            Cases = [judgement],
            Selection = new CaseSelection { Chosen = [item], All = [item], Notes = FixtureNotes.Load(item.Directory) },
            Strangers = [],
        })));
    }

    /// <summary>Every mark of a known failure names a test: one that names none would excuse nothing and be told of by nobody.</summary>
    [Fact]
    public void Known_failures_name_cases_or_laws_that_are_put_to_the_backend()
    {
        var unknown = KnownFailures.Keys.Except(Tested, StringComparer.Ordinal).ToArray();
        Assert.True(unknown.Length == 0, $"a known failure must name a case or law that is put to the backend; got {string.Join(", ", unknown)}; use an id of a case, as in AttentionForward.icl_mask.a, or in float64 the label of a law");
    }

    private protected virtual IEnumerable<string> Tested => Shipped.Value.Values.Where(IsLoaded).Select(item => item.Id);

    private protected void Expect(string name, bool passed, string? message)
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
