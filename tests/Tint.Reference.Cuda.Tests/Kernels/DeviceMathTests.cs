using MathNet.Numerics;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;

namespace Tint.Reference.Cuda.Tests.Kernels;

public sealed class DeviceMathTests
{
    /// <summary>Ours is within one unit in the last place, and so is <see cref="Math.Exp"/>.</summary>
    private const double ExpUnits = 2;

    private const double U = 1.0 / (1L << 53);

    public static TheoryData<ActivationKind> Activations => [.. Enum.GetValues<ActivationKind>()];

    [Theory]
    [InlineData(-745.2, 709.9, 400_000)]
    [InlineData(-1, 1, 200_000)]
    [InlineData(-0.35, 0.35, 200_000)]
    [InlineData(-1e-8, 1e-8, 20_000)]
    [InlineData(-745.2, -708, 20_000)]
    public void Exp_is_within_its_units_in_the_last_place(double from, double to, int count)
    {
        for (var i = 0; i <= count; i++)
        {
            var x = from + ((to - from) * i / count);
            var (expected, actual) = (Math.Exp(x), DeviceMath.Exp(x));
            if (double.IsInfinity(expected) || double.IsInfinity(actual))
            {
                Assert.Equal(expected, actual);
            }
            else
            {
                var unit = Math.BitIncrement(expected) - expected;
                Assert.True(Math.Abs(actual - expected) <= ExpUnits * unit, $"exp({x:r}): {actual:r}, not {expected:r}");
            }
        }
    }

    [Fact]
    public void Exp_has_its_limits()
    {
        Assert.Equal(0, DeviceMath.Exp(double.NegativeInfinity));
        Assert.Equal(0, DeviceMath.Exp(-746));
        Assert.Equal(0, DeviceMath.Exp(-double.MaxValue));
        Assert.Equal(double.Epsilon, DeviceMath.Exp(-745));
        Assert.Equal(1, DeviceMath.Exp(0));
        Assert.Equal(1, DeviceMath.Exp(-0.0));
        Assert.Equal(1, DeviceMath.Exp(double.Epsilon));
        Assert.True(double.IsFinite(DeviceMath.Exp(709.78)));
        Assert.Equal(double.PositiveInfinity, DeviceMath.Exp(709.79));
        Assert.Equal(double.PositiveInfinity, DeviceMath.Exp(double.PositiveInfinity));
        Assert.Equal(double.NaN, DeviceMath.Exp(double.NaN));
    }

    /// <summary>Where the two halves of the reduction meet, n + ½ multiples of ln 2, r is largest.</summary>
    [Fact]
    public void Exp_is_as_good_where_the_reduced_argument_is_largest()
    {
        for (var n = -1000; n <= 1000; n++)
        {
            for (var step = -2; step <= 2; step++)
            {
                var x = ((n + 0.5) * Math.Log(2)) + (step * 1e-13);
                var expected = Math.Exp(x);
                Assert.InRange(Math.Abs(DeviceMath.Exp(x) - expected), 0, ExpUnits * (Math.BitIncrement(expected) - expected));
            }
        }
    }

    [Fact]
    public void The_normal_distribution_is_within_its_bound()
    {
        for (var z = -12.0; z <= 12; z += 1.0 / 4096)
        {
            // The host's own erfc has relative errors of a few units.
            var expected = 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);
            Assert.InRange(Math.Abs(DeviceMath.NormalDistribution(z) - expected), 0, 8 * U);
        }

        Assert.Equal(double.NaN, DeviceMath.NormalDistribution(double.NaN));
        Assert.Equal((0.0, 1.0), (DeviceMath.NormalDistribution(-1e300), DeviceMath.NormalDistribution(1e300)));
        Assert.Equal(0.5, DeviceMath.NormalDistribution(0));
    }

    /// <summary>What rounding models allow an activation is 16 roundings of |z|; half of them each for the host's and the device's.</summary>
    [Theory]
    [MemberData(nameof(Activations))]
    public void Activations_are_the_host_s_within_the_room_that_rounding_models_give_them(ActivationKind kind)
    {
        for (var z = -40.0; z <= 40; z += 1.0 / 512)
        {
            var (expected, actual) = (ActivationFunction.Value(kind, z), new DeviceActivation(kind).Value(z));
            Assert.InRange(Math.Abs(actual - expected), 0, kind == ActivationKind.Relu ? 0 : 16 * U * Math.Abs(z));
        }

        Assert.Equal(double.NaN, new DeviceActivation(kind).Value(double.NaN));
    }
}
