using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Engines;

/// <summary>A number that has left the range of a double is refused, and never hidden by what is computed from it: numbers are right or there are none.</summary>
public sealed class OverflowTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;
    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 1);

    private static readonly Dictionary<string, Func<TintConfiguration, AuxiliaryWeights, TintEngine>> Makers = new()
    {
        ["construction"] = (configuration, weights) => new ConstructedTint(configuration, weights),
        ["simulation"] = (configuration, weights) => new SimulatedTint(configuration, weights),
        ["exact"] = (configuration, weights) => new ExactTint(configuration, weights),
    };

    private static readonly Dictionary<string, Func<double, AuxiliaryWeights>> Magnified = new()
    {
        ["position table"] = factor => Weights with { PositionEmbedding = Weights.PositionEmbedding * factor },
        ["token embedding"] = factor => Weights with { TokenEmbedding = Weights.TokenEmbedding * factor },
        ["query"] = factor => Layers(layer => layer with { Query = Scaled(layer.Query, factor) }),
        ["value"] = factor => Layers(layer => layer with { Value = Scaled(layer.Value, factor) }),
        ["output"] = factor => Layers(layer => layer with { Output = Scaled(layer.Output, factor) }),
        ["inner"] = factor => Layers(layer => layer with { Inner = Scaled(layer.Inner, factor) }),
        ["outer"] = factor => Layers(layer => layer with { Outer = Scaled(layer.Outer, factor) }),
        ["final norm"] = factor => Weights with { FinalNorm = Weights.FinalNorm with { Weight = Weights.FinalNorm.Weight * factor } },
    };

    public static TheoryData<string, string, ActivationKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, ActivationKind>();
            foreach (var engine in Makers.Keys)
            {
                foreach (var part in Magnified.Keys)
                {
                    cases.Add(engine, part, part == "inner" ? ActivationKind.Relu : ActivationKind.GeluNew);
                }
            }

            return cases;
        }
    }

    /// <summary>
    /// Every part of the model times 2⁵⁰⁰ … 2¹⁰²⁰, without training: where an engine answers, its logits are those of the auxiliary model, whose
    /// normalisations forget the scale of the tables, to a relative 1e-6 of the largest.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_model_of_any_magnitude_is_right_or_refused(string engine, string part, ActivationKind activation)
    {
        foreach (var exponent in (int[])[400, 500, 520, 560, 1000, 1020])
        {
            var auxiliary = Small.Auxiliary with { Activation = activation };
            var weights = Magnified[part](Math.ScaleB(1, exponent)) with { Configuration = auxiliary };
            var configuration = Small with { Auxiliary = auxiliary, SgdSteps = 0, TrainedLayers = 0, GateScale = 50 };
            var sequence = SmallModels.Sequence(auxiliary, length: 5, seed: 2);
            Matrix<double>? logits = Answer(() => Makers[engine](configuration, weights).Run(sequence).Logits);
            if (logits is null)
            {
                continue;
            }

            Assert.All(logits.Enumerate(), logit => Assert.True(double.IsFinite(logit)));
            var expected = Answer(() => new ExactTint(configuration, weights).Run(sequence).Logits);
            Assert.NotNull(expected);
            Assert.True((logits - expected).InfinityNorm() <= 1e-6 * expected.InfinityNorm(), $"2^{exponent}: {logits.Row(0)} for {expected.Row(0)}");
        }
    }

    [Theory]
    [InlineData("construction")]
    [InlineData("simulation")]
    [InlineData("exact")]
    public void A_variance_that_overflows_is_refused(string engine) => Refusal.Of(
        () => Makers[engine](Small, Magnified["position table"](1e170)).Run(SmallModels.Sequence(Small.Auxiliary, length: 5, seed: 2)), "finite");

    /// <summary>−1.5e308 − 1.5e308 + 1.6e308 + 1.6e308 is 2e307, and −∞ when summed in this order, which relu would make 0.</summary>
    [Fact]
    public void Relu_does_not_hide_a_sum_that_overflowed()
    {
        var overflowed = Matrix<double>.Build.Dense(3, 5, double.NegativeInfinity);
        Assert.All(Arithmetic.Plain.Activate(new Tracked(overflowed), ActivationKind.Relu).Value.Enumerate(), value => Assert.True(double.IsNaN(value)));
        Refusal.Of(() => ExactActivation.Forward(ActivationKind.Relu, overflowed), "an activation's input must hold finite numbers");
        Assert.Equal(double.NaN, ActivationFunction.Derivative(ActivationKind.Relu, double.NaN));
    }

    [Fact]
    public void Softmax_does_not_hide_a_score_that_overflowed()
    {
        var scores = Matrix<double>.Build.Dense(3, 3, 1.0);
        scores[2, 1] = double.NegativeInfinity;
        Refusal.Of(() => Arithmetic.Plain.Softmax(new Tracked(scores), 1), "-Infinity in the least score");
        Refusal.Of(() => Arithmetic.Plain.Softmax(new Tracked(scores), 1, firstQuery: 0), "least score");

        // A score that no query may see is not read.
        var allowed = Matrix<double>.Build.Dense(3, 3, 1.0);
        allowed[2, 1] = 0;
        Assert.Equal(0.5, Arithmetic.Plain.Softmax(new Tracked(scores), 1, null, allowed).Value[2, 0]);
        Refusal.Of(() => LossSum.Of(scores, [0, 1, 2]), "the logits");
    }

    /// <summary>σ′ of any argument lies within its bounds and ends in 0 or 1; its formula multiplies 0 by ∞ from 1e155 on.</summary>
    [Theory]
    [InlineData(ActivationKind.Relu)]
    [InlineData(ActivationKind.Gelu)]
    [InlineData(ActivationKind.GeluNew)]
    public void Activations_and_their_slopes_are_right_at_every_magnitude(ActivationKind kind)
    {
        for (var exponent = -1074; exponent <= 1023; exponent++)
        {
            foreach (var z in (double[])[Math.ScaleB(1, exponent), -Math.ScaleB(1, exponent), Math.ScaleB(1.99, exponent), -Math.ScaleB(1.99, exponent)])
            {
                var (value, slope) = (ActivationFunction.Value(kind, z), ActivationFunction.Derivative(kind, z));
                var vector = Arithmetic.Plain.Activate(new Tracked(Matrix<double>.Build.Dense(1, 9, z)), kind).Value;
                Assert.InRange(slope, -0.13, 1.13);
                if (Math.Abs(z) > 40)
                {
                    Assert.Equal(z > 0 ? 1 : 0, slope, 1e-15);
                    Assert.Equal(z > 0 ? z : 0, value, 1e-15 * Math.Abs(value));
                }
                else if (Math.Abs(z) < 1e-20)
                {
                    Assert.Equal(kind == ActivationKind.Relu ? (z > 0 ? 1 : 0) : 0.5, slope, 1e-15);
                }

                Assert.All(vector.Enumerate(), entry => Assert.True(
                    Math.Abs(entry - value) <= 1e-15 * Math.Abs(z), $"{kind}({z:R}) is {entry:R} in a vector, {value:R} alone"));
            }
        }
    }

    private static Matrix<double>? Answer(Func<Matrix<double>> run)
    {
        try
        {
            return run();
        }
        catch (RuleViolationException refusal)
        {
            Assert.DoesNotContain('\n', refusal.Message);
            return null;
        }
    }

    private static AuxiliaryWeights Layers(Func<AuxiliaryLayer, AuxiliaryLayer> change) => Weights with { Layers = [.. Weights.Layers.Select(change)] };

    private static LinearParameters Scaled(LinearParameters linear, double factor) => new(linear.Weight * factor, linear.Bias * factor);
}
