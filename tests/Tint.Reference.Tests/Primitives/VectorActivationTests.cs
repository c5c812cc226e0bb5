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

    public static TheoryData<ActivationKind> Kinds => [.. Enum.GetValues<ActivationKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
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

    /// <summary>√(2/π) and BLOOM's constant lie 8e-10 of it apart, gelu_fast's and √(2/π) 4e-12: enough for one to be wrong with the other, far more than rounding.</summary>
    [Theory]
    [InlineData(ActivationKind.GeluBloom, 1e-11, 1e-9)]
    [InlineData(ActivationKind.GeluFast, 1e-13, 1e-11)]
    public void A_gelu_of_another_constant_is_not_gelu_new(ActivationKind kind, double least, double most)
    {
        double[] z = [1, 2];
        double[] other = [0, 0], usual = [0, 0];
        VectorActivation.Apply(kind, z, other);
        VectorActivation.Apply(ActivationKind.GeluNew, z, usual);
        Assert.All(other.Zip(usual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), least, most));
    }

    [Theory]
    [InlineData(ActivationKind.GeluNew)]
    [InlineData(ActivationKind.GeluBloom)]
    [InlineData(ActivationKind.GeluFast)]
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
