using Tint.Verification.Judging;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Judging;

public class ErrorCeilingTests
{
    [Theory]
    [InlineData("LinearForward.a", 1e-10)]
    [InlineData("LayerNormBackward.a.small_step", 1e-9)]
    [InlineData("TinT.gpt2.one_step", 1e-9)]
    [InlineData("TinT.gpt2.float32", null)]
    public void Follows_type_module_and_finite_difference_scale(string id, double? ceiling) =>
        Assert.Equal(ceiling, ErrorCeiling.Of(Shipped.Case(id)));
}
