using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Certificates;

/// <summary>
/// Bounds are formulas evaluated in float64, and what that rounds must be on the safe side. Every case here lies where rounding to nearest would
/// leave the bound below what it bounds.
/// </summary>
public sealed class UpwardRoundingTests
{
    [Fact]
    public void A_norm_is_never_below_the_exact_one_and_hardly_above()
    {
        var random = new Random(41);
        for (var trial = 0; trial < 500; trial++)
        {
            var vector = Vector<double>.Build.Dense(1 + random.Next(6), _ => random.NextDouble());
            var exact = vector.Aggregate((Fixed)0, (sum, entry) => sum + ((Fixed)entry * entry));
            Fixed upper = RowNorms.Upper(vector);
            Assert.True(upper * upper >= exact, $"trial {trial}");
            Assert.True(upper * upper <= exact * (1 + 1e-11), $"trial {trial}");
        }
    }

    /// <summary>S g²/(2N) by its formula in exact arithmetic, with steps so small that the other half of the minimum plays no part.</summary>
    [Fact]
    public void A_bound_on_truncation_is_never_below_its_formula()
    {
        var random = new Random(44);
        var curvature = ActivationCurvature.Of(ActivationKind.Gelu);
        for (var trial = 0; trial < 500; trial++)
        {
            var (g, scale) = (random.NextDouble(), 1000 * (1 + random.NextDouble()));
            var exact = (Fixed)curvature.SecondDerivativeBound * g * g / (2 * (Fixed)scale);
            Fixed bound = ActivationCertificate.Bound(curvature, g, scale);
            Assert.True(bound >= exact, $"trial {trial}");
            Assert.True(bound <= exact * (1 + 1e-11), $"trial {trial}");
        }
    }

    [Fact]
    public void The_least_deviation_of_constants_is_never_above_the_root_of_epsilon()
    {
        var random = new Random(42);
        var zero = Vector<double>.Build.Dense(3);
        for (var trial = 0; trial < 500; trial++)
        {
            var epsilon = random.NextDouble();
            Fixed least = new NormalisationSegment(zero, zero, epsilon).SmallestDeviation;
            Assert.True(least * least <= (Fixed)epsilon, $"eps {epsilon:R}");
        }
    }

    /// <summary>Ten times 0.1 adds up to less than 1, so that the computed centring leaves 1e-17 where nothing is.</summary>
    [Fact]
    public void The_least_deviation_has_room_for_the_rounding_of_the_centring()
    {
        var random = new Random(43);
        var zero = Vector<double>.Build.Dense(10);
        for (var trial = 0; trial < 100; trial++)
        {
            const double Epsilon = 1e-40;
            var constants = Vector<double>.Build.Dense(10, trial == 0 ? 0.1 : random.NextDouble());
            Fixed least = new NormalisationSegment(constants, zero, Epsilon).SmallestDeviation;
            Assert.True(least * least <= (Fixed)Epsilon, $"constants {constants[0]:R}");
        }
    }

    /// <summary>z = fl(1/3) and g/N = −1/3: the computed z + g/N is 0, the exact one negative, and relu's error 1 − 3·fl(1/3) = 2^−54.</summary>
    [Fact]
    public void Relu_has_room_for_the_rounding_of_the_step()
    {
        const double Z = 1.0 / 3;
        var exact = 1 - (3 * (Fixed)Z);
        Assert.True(exact > 0);
        var bound = ActivationCertificate.Bound(
            ActivationKind.Relu, Matrix<double>.Build.Dense(1, 1, Z), Matrix<double>.Build.Dense(1, 1, -1), 3).At(0, 0);
        Assert.True((Fixed)bound >= exact);
        Assert.InRange(bound, exact.ToDouble(), 20 * exact.ToDouble());
    }
}
