using Tint.Verification.Judging;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Judging;

public class ErrorCeilingTests
{
    [Theory]
    [InlineData("LinearForward.a", "expected.hidden_states", 1e-10)]
    [InlineData("LayerNormBackward.a.small_step", "expected.hidden_states", 1e-9)]
    [InlineData("TinT.gpt2.one_step", "expected.logits", 1e-9)]
    [InlineData("TinT.gpt2.one_step", "expected.true.logits", 1e-10)]
    [InlineData("TinT.gpt2.float32", "expected.logits", null)]
    [InlineData("TinT.gpt2.float32", "expected.true.logits", null)]
    public void Follows_type_module_finite_difference_scale_and_whether_it_is_the_truth(string id, string tensor, double? ceiling) =>
        Assert.Equal(ceiling, ErrorCeiling.Of(Shipped.Case(id), tensor));
}
