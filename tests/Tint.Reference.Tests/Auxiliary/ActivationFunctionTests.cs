using FsCheck;
using FsCheck.Xunit;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Rounding;
using Tint.Reference.Tests.Certificates;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Auxiliary;

public sealed class ActivationFunctionTests
{
    /// <summary>gelu is z·Φ(z) with Φ(1) = 0.84134474606854295 and Φ(3) = 0.99865010196836991; gelu_new was computed by PyTorch 1.13 in float64.</summary>
    [Theory]
    [InlineData(ActivationKind.Relu, 1.5, 1.5)]
    [InlineData(ActivationKind.Relu, -1.5, 0)]
    [InlineData(ActivationKind.Gelu, 1.0, 0.84134474606854295)]
    [InlineData(ActivationKind.Gelu, -1.0, -0.15865525393145705)]
    [InlineData(ActivationKind.Gelu, 3.0, 2.9959503059051097)]
    [InlineData(ActivationKind.GeluNew, 1.0, 0.8411919906082768)]
    [InlineData(ActivationKind.GeluNew, -1.0, -0.1588080093917233)]
    [InlineData(ActivationKind.GeluNew, 3.0, 2.996362607918227)]
    public void Values_are_the_published_ones(ActivationKind kind, double z, double expected) =>
        Assert.Equal(expected, ActivationFunction.Value(kind, z), 4 * RoundingModel.DoubleRoundoff * Math.Abs(z));

    /// <summary>Constants that are written down a second time, in high precision: 2e-12 of a value tell gelu_fast from gelu_new, 16 roundings of it are 2e-15.</summary>
    [Fact]
    public void Every_activation_has_its_own_constant()
    {
        const double Roundings = 16;
        Assert.Equal(Enum.GetValues<ActivationKind>().Except([ActivationKind.Relu]).Order(), PreciseActivation.All.Select(exact => Form(exact).Kind).Order());
        foreach (var exact in PreciseActivation.All)
        {
            foreach (var z in new[] { -2, -1, -0.3, 0.6, 1.1, 2.7 })
            {
                var (kind, bound) = (Form(exact).Kind, Roundings * RoundingModel.DoubleRoundoff * (1 + Math.Abs(z)));
                Assert.Equal(exact.Value(z).ToDouble(), ActivationFunction.Value(kind, z), bound);
                Assert.Equal(exact.Derivative(z).ToDouble(), ActivationFunction.Derivative(kind, z), bound);
            }
        }

        static ActivationForm Form(PreciseActivation exact) => ActivationForm.All.Single(form => form.Name == exact.Curvature.Name);
    }

    [Property]
    public void Derivatives_are_slopes(NormalFloat number)
    {
        // A central difference is off by h²/6·sup|σ‴| and by |σ|·u/h; |σ‴| stays below 2, and z beyond 8 adds nothing new.
        const double Step = 1e-5;
        var z = number.Get % 8;
        foreach (var kind in (ActivationKind[])[ActivationKind.Gelu, ActivationKind.GeluNew])
        {
            var slope = (ActivationFunction.Value(kind, z + Step) - ActivationFunction.Value(kind, z - Step)) / (2 * Step);
            Assert.Equal(slope, ActivationFunction.Derivative(kind, z), (Step * Step) + (8 * 8 * 1.2e-16 / Step));
        }
    }

    [Fact]
    public void Relu_has_the_derivative_zero_at_zero()
    {
        Assert.Equal(0, ActivationFunction.Derivative(ActivationKind.Relu, 0));
        Assert.Equal(0, ActivationFunction.Derivative(ActivationKind.Relu, -1e-300));
        Assert.Equal(1, ActivationFunction.Derivative(ActivationKind.Relu, 1e-300));
    }

    /// <summary>The rounding bounds rely on it.</summary>
    [Theory]
    [InlineData(ActivationKind.Gelu)]
    [InlineData(ActivationKind.GeluNew)]
    public void No_slope_exceeds_1_13(ActivationKind kind) =>
        Assert.InRange(Enumerable.Range(-80_000, 160_001).Max(i => Math.Abs(ActivationFunction.Derivative(kind, i * 1e-4))), 1.128, 1.13);

    [Theory]
    [InlineData(ActivationKind.Relu)]
    [InlineData(ActivationKind.Gelu)]
    [InlineData(ActivationKind.GeluNew)]
    public void Far_from_zero_an_activation_is_the_identity_or_zero(ActivationKind kind)
    {
        foreach (var z in new[] { 50, 1e10, 1e100 })
        {
            Assert.Equal(z, ActivationFunction.Value(kind, z));
            Assert.Equal(0, ActivationFunction.Value(kind, -z));
        }
    }

    [Fact]
    public void Rejects_an_activation_that_is_not_known()
    {
        Refusal.Of(() => ActivationFunction.Value((ActivationKind)7, 1), "the activation must be known", "got 7", "Relu, Gelu, GeluNew");
        Refusal.Of(() => ActivationFunction.Derivative((ActivationKind)7, 1), "the activation must be known");
    }
}
