using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Rounding;

namespace Tint.Reference.Tests.Primitives;

public class VectorActivationTests
{
    /// <summary>
    /// The roundings of |z| between two ways to write an activation. Of gelu_new, tanh of an argument that is off by 3 roundings has slope at
    /// most 1 and v(1 − tanh² v) ≤ ½, so the scalar form is within 8u|z|; the vector form has as many, and the logistic forms fewer.
    /// </summary>
    private const double Roundings = 16;

    [Theory]
    [InlineData(ActivationKind.GeluNew)]
    [InlineData(ActivationKind.GeluBloom)]
    [InlineData(ActivationKind.Silu)]
    [InlineData(ActivationKind.QuickGelu)]
    [InlineData(ActivationKind.Gelu)]
    [InlineData(ActivationKind.Relu)]
    public void Many_numbers_at_once_are_the_activation_of_each(ActivationKind kind)
    {
        double[] z = [.. Enumerable.Range(-4003, 8007).Select(i => i * 0.01), 1e-300, -1e-20, 700, -700, 1e155, -1e155];
        var got = new double[z.Length];
        VectorActivation.Apply(kind, z, got);
        for (var i = 0; i < z.Length; i++)
        {
            var expected = ActivationFunction.Value(kind, z[i]);
            var bound = kind is ActivationKind.Gelu or ActivationKind.Relu ? 0 : Roundings * RoundingModel.DoubleRoundoff * Math.Abs(z[i]);
            Assert.True(Math.Abs(got[i] - expected) <= bound, FormattableString.Invariant($"σ({z[i]:R}) is {got[i]:R}, not {expected:R}"));
        }
    }

    /// <summary>The two constants lie 8e-10 apart: enough for a checkpoint of one to be wrong with the other, far more than rounding.</summary>
    [Fact]
    public void The_gelu_of_bloom_is_not_gelu_new()
    {
        double[] z = [1, 2];
        double[] bloom = [0, 0], gpt2 = [0, 0];
        VectorActivation.Apply(ActivationKind.GeluBloom, z, bloom);
        VectorActivation.Apply(ActivationKind.GeluNew, z, gpt2);
        Assert.All(bloom.Zip(gpt2), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 1e-11, 1e-9));
    }

    [Theory]
    [InlineData(ActivationKind.GeluNew)]
    [InlineData(ActivationKind.GeluBloom)]
    [InlineData(ActivationKind.Silu)]
    [InlineData(ActivationKind.QuickGelu)]
    [InlineData(ActivationKind.Relu)]
    public void A_sum_that_overflowed_downward_does_not_pass_for_a_negative_number(ActivationKind kind)
    {
        double[] z = [double.NegativeInfinity, double.NaN];
        VectorActivation.Apply(kind, z, z);
        Assert.All(z, value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void The_result_may_take_the_place_of_the_argument()
    {
        double[] z = [.. Enumerable.Range(-5, 11).Select(i => i * 0.7)];
        var apart = new double[z.Length];
        VectorActivation.Apply(ActivationKind.GeluNew, z, apart);
        VectorActivation.Apply(ActivationKind.GeluNew, z, z);
        Assert.Equal(apart, z);
    }
}
