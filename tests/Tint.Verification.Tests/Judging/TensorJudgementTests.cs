using Tint.Verification.Judging;

namespace Tint.Verification.Tests.Judging;

public class TensorJudgementTests
{
    [Fact]
    public void The_worst_fails_before_it_has_the_largest_ratio()
    {
        var passes = Make("passes", 0.9, null);
        var ceiling = Make("ceiling", 0.1, "above the ceiling");
        var undefined = Make("undefined", double.NaN, "a value is not finite");
        Assert.Null(TensorJudgement.Worst([]));
        Assert.Same(passes, TensorJudgement.Worst([Make("smaller", 0.2, null), passes]));
        Assert.Same(ceiling, TensorJudgement.Worst([passes, ceiling]));
        Assert.Same(undefined, TensorJudgement.Worst([passes, ceiling, undefined, Make("large", 1e9, "beyond")]));
    }

    private static TensorJudgement Make(string name, double ratio, string? problem) =>
        new() { Tensor = name, Engine = "e", Shape = [1], Ratio = ratio, Problem = problem };
}
