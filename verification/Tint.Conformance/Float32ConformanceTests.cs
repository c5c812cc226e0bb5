using Tint.Oracle.Answers;

namespace Tint.Conformance;

/// <summary>Every shipped case as a named test of a backend in float32. Laws are bounded for float64, so that such a backend is not put to them.</summary>
/// <param name="scores">Where results are counted; xunit makes it.</param>
public abstract class Float32ConformanceTests(ScoreCard scores) : CaseConformanceTests(scores)
{
    private protected override string NumberType => NumberTypes.Single;
}
