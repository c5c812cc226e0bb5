using Tint.Reference.Primitives;

namespace Tint.Reference.Tests.Primitives;

public sealed class WeightTensorTests
{
    [Fact]
    public void The_number_of_parameters_is_the_product_of_the_sizes_beyond_an_int()
    {
        Assert.Equal(24, WeightTensor.Zeros("b", 2, 3, 4).Count);
        Assert.Equal(1L << 40, WeightTensor.Zeros("w", 1 << 20, 1 << 20).Count);
    }

    [Fact]
    public void A_part_of_a_module_carries_the_module_s_name()
    {
        var tensor = WeightTensor.Zeros("gates.old_v.bias", 1).In("linear");
        Assert.Equal("linear.gates.old_v.bias", tensor.Name);
        Assert.Equal([0.0], tensor.Materialise().Values.ToArray());
    }
}
