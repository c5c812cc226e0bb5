using MathNet.Numerics.Providers.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Tests.LinearAlgebra;

public sealed class SimdLinearAlgebraProviderGuardTests : ProviderGuards
{
    protected override ILinearAlgebraProvider Provider { get; } = new SimdLinearAlgebraProvider();

    [Fact]
    public void Rejects_a_vector_width_that_the_machine_does_not_have()
    {
        var absent = Enum.GetValues<VectorWidth>().Except(VectorWidths.Available).First();
        var exception = Assert.Throws<RuleViolationException>(() => new SimdLinearAlgebraProvider(absent));
        Assert.Contains(nameof(VectorWidth.Scalar), exception.Remedy, StringComparison.Ordinal);
    }
}
