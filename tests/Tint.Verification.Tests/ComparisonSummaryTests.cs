using Tint.Verification.Judging;
using Tint.Verification.Truth;

namespace Tint.Verification.Tests;

public class ComparisonSummaryTests
{
    [Fact]
    public void The_worst_quantity_and_its_case_are_named()
    {
        var summary = ComparisonSummary.Of([("first", Judgement("a", 0.2)), ("second", Judgement("b", 0.5)), ("third", Judgement("c", 0.1))]);
        Assert.Equal((3, 0, "second", "b", 0.5), (summary.Compared, summary.Failed, summary.WorstCase, summary.Quantity, summary.Ratio));
    }

    [Fact]
    public void What_fails_is_worse_than_what_passes_and_counted()
    {
        var summary = ComparisonSummary.Of([("first", Judgement("a", 0.9)), ("second", Judgement("b", 0.1) with { Problem = "above the ceiling" })]);
        Assert.Equal((1, "second"), (summary.Failed, summary.WorstCase));
    }

    [Fact]
    public void Tensors_that_nothing_reads_are_not_compared() =>
        Assert.Equal(0, ComparisonSummary.Of([("case", Judgement("a", 0) with { Unread = "multiplied by zero" })]).Compared);

    [Fact]
    public void Checks_against_the_truth_count_certificate_and_rounding_together()
    {
        var summary = ComparisonSummary.Of([("first", Check("a", 1, 3, 1)), ("second", Check("b", 3, 2, 0))]);
        Assert.Equal((2, 1, "second", "b", 2.0, 1.5), (summary.Compared, summary.Failed, summary.WorstCase, summary.Quantity, summary.Bound, summary.Ratio));
    }

    [Fact]
    public void Without_quantities_there_is_no_worst()
    {
        var summary = ComparisonSummary.Of(Array.Empty<(string, CertificateCheck)>());
        Assert.Equal((0, null, null), (summary.Compared, summary.WorstCase, summary.Ratio));
    }

    private static TensorJudgement Judgement(string tensor, double ratio) => new() { Tensor = tensor, Engine = "e", Shape = [1], Ratio = ratio };

    private static CertificateCheck Check(string quantity, double error, double certificate, double rounding) => new()
    {
        Quantity = quantity,
        Covers = "truncation",
        Error = error,
        Certificate = certificate,
        Rounding = rounding,
        Relative = null,
    };
}
