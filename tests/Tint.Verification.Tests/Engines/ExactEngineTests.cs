using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Verification.Engines;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Engines;

public class ExactEngineTests
{
    [Fact]
    public void Answers_nothing_for_a_case_without_truth()
    {
        Assert.Empty(Compute("TinT.gpt2.quad_loss"));
        Assert.Empty(Compute("LinearForward.a"));
    }

    [Theory]
    [InlineData("TinT.gpt2.gradient_mask")]
    [InlineData("TinT.opt.wide")]
    public void Answers_for_every_true_tensor_and_no_other(string id) => Assert.Equal(
        CaseTensors.InOrder(Shipped.Case(id)).Where(CaseTensors.IsTrue).Order(StringComparer.Ordinal),
        Compute(id).Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("TinT.gpt2.one_step", 2e-10)]
    [InlineData("TinT.opt.wide", 1e-7)]
    public void Bounds_are_small_beside_the_values_and_above_the_last_bit(string id, double share)
    {
        // With depth, more numbers cannot be told apart from their errors, and the roundings of those are added as if they repeated.
        foreach (var (name, computed) in Compute(id).Where(item => !item.Key.EndsWith("k_proj.bias", StringComparison.Ordinal)))
        {
            var (largest, bound) = (Largest(computed.Value), Largest(computed.Bound!));

            Assert.True(bound < share * largest, $"{name}: bound {bound} for values up to {largest}");
            Assert.True(bound > 1e-16 * largest, $"{name}: bound {bound} for values up to {largest}");
        }
    }

    [Fact]
    public void Bounds_in_float32_are_as_much_wider_as_its_roundoff_is_larger()
    {
        var (narrow, wide) = (Compute("TinT.gpt2.float32"), Compute("TinT.gpt2.one_step"));
        var ratio = Largest(narrow["expected.true.logits"].Bound!) / Largest(wide["expected.true.logits"].Bound!);
        Assert.InRange(ratio, 1e8, 1e9);
    }

    private static double Largest(Tensor tensor) => tensor.Values.ToArray().Max(Math.Abs);

    private static IReadOnlyDictionary<string, ComputedTensor> Compute(string id)
    {
        var item = Shipped.Case(id);
        using FixtureTensors tensors = item.Open();
        return new ExactEngine().Compute(item, tensors);
    }
}
