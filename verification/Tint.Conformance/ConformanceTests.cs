using Tint.Oracle.Answers;
using Tint.Properties.Laws;
using Tint.Properties.Xunit;
using Xunit;

namespace Tint.Conformance;

/// <summary>
/// Every shipped case and every law as a named test of a backend in float64: derive one class and give it <see cref="CaseConformanceTests.Backend"/>, and the test
/// runner does the rest.
/// </summary>
/// <param name="scores">Where results are counted; xunit makes it.</param>
public abstract class ConformanceTests(ScoreCard scores) : CaseConformanceTests(scores)
{
    private const int DefaultLawCases = 20;

    /// <summary>The labels of the laws.</summary>
    public static TheoryData<string> Laws => [.. LawBook.All.Select(law => law.Label)];

    private protected override string NumberType => NumberTypes.Double;

    private protected override IEnumerable<string> Tested => base.Tested.Concat(LawBook.All.Select(law => law.Label));

    /// <summary>On how many random cases each law is tried.</summary>
    protected virtual int LawCases => DefaultLawCases;

    /// <summary>The law holds on random cases. It is not tried, and the score card says so, where the backend lacks what it is about.</summary>
    /// <param name="label">The law.</param>
    [Theory]
    [MemberData(nameof(Laws))]
    public void Satisfies_the_law(string label)
    {
        var (failure, missing) = new LawTrial(LawBook.Select(label)[0], LawCases, seed: 1).Try(Backend);
        if (missing is not null)
        {
            Scores.AddMissing(label, missing);
            return;
        }

        Scores.AddLaw(failure is null);
        Expect(label, failure is null, failure);
    }
}
