using Tint.Reference.Auxiliary;
using Tint.Reference.Certificates;
using Tint.Reference.Configuration;
using Tint.Reference.Counting;
using Tint.Reference.Engines;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Materialised;
using Tint.Reference.Model;
using Tint.Reference.Simulation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Model;

/// <summary>What each option of an optimiser does to whole models, and what is refused.</summary>
public sealed class OptimiserTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration with { InnerLearningRate = 0.05, SgdSteps = 3, LayerNormBiasOnly = false };

    private static readonly AuxiliaryWeights Weights = RandomWeights.Of(Small.Auxiliary, seed: 5);

    private static readonly TokenSequence Sequence = SmallModels.Sequence(Small.Auxiliary, length: 6, seed: 6) with { TrainMask = [1, 1, 0, 1, 1, 1] };

    /// <summary>Plain loops over the numbers of all parameters, from gradients that are taken anew at every step.</summary>
    [Theory]
    [InlineData(0.3, 0, false)]
    [InlineData(0, 0.8, false)]
    [InlineData(0.3, 0.8, true)]
    public void The_exact_engine_takes_the_steps_of_stochastic_gradient_descent(double decay, double momentum, bool mean)
    {
        double[] rates = [0.5, 2];
        var configuration = Small with { Optimiser = new() { WeightDecay = decay, Momentum = momentum, MeanOverTargets = mean, LayerRates = rates } };
        var exact = new ExactTint(configuration, Weights);
        var (weights, velocities) = (Weights, new Dictionary<string, double[]>());
        for (var step = 0; step < 3; step++)
        {
            var gradient = ExactModel.Backward(ExactModel.Forward(weights, Sequence), Small.Loss).Parameters;
            var gradients = AuxiliaryWeightsAlgebra.Blocks(gradient).ToDictionary(block => block.Name, block => block.Values.ToArray());
            weights = AuxiliaryWeightsAlgebra.Replace(weights, block =>
            {
                if (!exact.Trains(block))
                {
                    return null;
                }

                double[] values = block.Values.ToArray(), g = gradients[block.Name];
                var velocity = velocities.TryGetValue(block.Name, out var known) ? known : velocities[block.Name] = new double[values.Length];
                for (var i = 0; i < values.Length; i++)
                {
                    // Of tokens 1 to 5 four are targets.
                    velocity[i] = (momentum * velocity[i]) + (g[i] / (mean ? 4 : 1)) + (decay * values[i]);
                    values[i] -= 0.05 * (block.Layer is { } layer ? rates[layer] : 1) * velocity[i];
                }

                return values;
            });
        }

        var updated = exact.Run(Sequence).UpdatedWeights;
        Assert.InRange(Distance(weights, updated), 0, 1e-13);
        Assert.InRange(Distance(Weights, updated), 1e-3, 10);
    }

    /// <summary>N(f(x + g/(MN)) − f(x)) is 1/M of the difference at NM, with gates of 1.</summary>
    [Fact]
    public void The_mean_over_M_targets_is_the_sum_at_a_rate_over_M_and_a_scale_times_M()
    {
        var exactGates = Small with { Departures = Departures.Paper };
        var mean = new SimulatedTint(exactGates with { Optimiser = new() { MeanOverTargets = true } }, Weights).Run(Sequence);
        var sum = new SimulatedTint(exactGates with { InnerLearningRate = 0.05 / 4, FiniteDifferenceScale = 4000 }, Weights).Run(Sequence);
        Assert.InRange(Distance(mean.UpdatedWeights, sum.UpdatedWeights), 0, 1e-11);
        Assert.InRange(Distance(mean.UpdatedWeights, new SimulatedTint(exactGates, Weights).Run(Sequence).UpdatedWeights), 1e-3, 10);
    }

    [Fact]
    public void Every_sequence_starts_without_momentum()
    {
        var tint = new ConstructedTint(Small with { Optimiser = new() { Momentum = 0.9 } }, Weights);
        var other = SmallModels.Sequence(Small.Auxiliary, length: 5, seed: 9);
        Assert.Equal(
            AuxiliaryWeightsAlgebra.Flatten(tint.Run(Sequence).UpdatedWeights),
            AuxiliaryWeightsAlgebra.Flatten(tint.Run([other, Sequence]).Sequences[1].UpdatedWeights));
    }

    [Fact]
    public void A_layer_whose_rate_is_0_stays_as_it_is()
    {
        var paper = Small with { Departures = Departures.Paper, Optimiser = new() { LayerRates = [1, 0], WeightDecay = 0.5, Momentum = 0.5 } };
        foreach (TintEngine engine in (TintEngine[])[new ConstructedTint(paper, Weights), new SimulatedTint(paper, Weights), new ExactTint(paper, Weights)])
        {
            var changed = Parameters.Changed(Weights, engine.Run(Sequence).UpdatedWeights);
            Assert.Contains(changed, name => name.StartsWith("layer 0", StringComparison.Ordinal));
            Assert.DoesNotContain(changed, name => name.StartsWith("layer 1", StringComparison.Ordinal));
        }
    }

    /// <summary>With biases alone trained, γ shares its prefixes with β, and a gate of its own keeps it.</summary>
    [Fact]
    public void Weight_decay_takes_nothing_of_a_scale_that_is_not_trained()
    {
        var paper = Small with { Departures = Departures.Paper, LayerNormBiasOnly = true, Optimiser = new() { WeightDecay = 0.5 } };
        foreach (TintEngine engine in (TintEngine[])[new ConstructedTint(paper, Weights), new SimulatedTint(paper, Weights)])
        {
            var updated = engine.Run(Sequence).UpdatedWeights;
            Assert.Equal(Weights.FinalNorm.Weight, updated.FinalNorm.Weight);
            Assert.Equal(Weights.Layers[0].MlpNorm.Weight, updated.Layers[0].MlpNorm.Weight);
            Assert.NotEqual(Weights.FinalNorm.Bias, updated.FinalNorm.Bias);
        }
    }

    /// <summary>The gradient is what is certified; of a mean it is 1/M of the sum's, and so is the bound but for the finite differences, which are finer.</summary>
    [Fact]
    public void The_certificate_of_a_mean_bounds_its_gradient()
    {
        var configuration = Small with { SgdSteps = 1, LayerNormBiasOnly = true, Optimiser = new() { MeanOverTargets = true, WeightDecay = 0.5 } };
        var (mean, sum) = (ModelCertificate.Of(configuration, Weights, Sequence), ModelCertificate.Of(configuration with { Optimiser = Optimiser.Plain }, Weights, Sequence));
        var truth = ExactModel.Backward(ExactModel.Forward(Weights, Sequence), configuration).Parameters;
        var simulated = new SimulatedTint(configuration, Weights) { RecordGradients = true }.Run(Sequence).Gradients[0];
        foreach (var (layer, block) in mean.Blocks.Index())
        {
            var error = (simulated.Layers[layer].Outer.Weight - truth.Layers[layer].Outer.Weight).FrobeniusNorm();
            Assert.InRange(error, 1e-12, block.Parameters["mlp.outer.weight"]);
            Assert.InRange(block.Parameters["mlp.outer.weight"], 0, sum.Blocks[layer].Parameters["mlp.outer.weight"] / 3.9);
        }
    }

    [Fact]
    public void Momentum_is_one_more_load_and_one_gate_a_descent_and_decay_is_free()
    {
        long Count(Optimiser optimiser) => ParameterCount.WholeModel(Small with { Optimiser = optimiser });
        var plain = Count(Optimiser.Plain);
        Assert.Equal(plain, Count(new() { WeightDecay = 0.1, LayerRates = [1, 0.5] }));

        // In a block both norms, value, output, and the MLP's two layers learn, one module each; the final norm as well. A gate is T_max + K weights and a bias, twice.
        const int Gate = 2 * (8 + 2 + 1);
        Assert.Equal(plain + (((2 * 6) + 1) * Gate), Count(new() { Momentum = 0.9 }));
        Assert.Equal(
            plain + new Tint.Reference.Modules.Loss.LossMean(Small).Tensors().Sum(static tensor => tensor.Shape.Aggregate(1L, static (product, size) => product * size)),
            Count(new() { MeanOverTargets = true }));
    }

    [Fact]
    public void What_breaks_a_rule_is_refused_by_name()
    {
        Refusal.Of(() => new Optimiser { WeightDecay = -0.1 }, "WeightDecay must be at least 0", "-0.1");
        Refusal.Of(() => new Optimiser { WeightDecay = double.NaN }, "WeightDecay must be finite");
        Refusal.Of(() => new Optimiser { Momentum = 1 }, "Momentum must lie in 0 … 1, 1 excluded", "got 1");
        Refusal.Of(() => new Optimiser { Momentum = double.NaN }, "Momentum must lie in 0 … 1");
        Refusal.Of(() => new Optimiser { LayerRates = [1, double.NaN] }, "LayerRates at 1 must be finite");
        Refusal.Of(() => Small with { Optimiser = null! }, "the optimiser must be there");
        Refusal.Of(() => Run(new() { LayerRates = [1] }), "LayerRates must have one rate for each", "1 for 2 blocks", "pass 2");
        Refusal.Of(() => Run(new() { WeightDecay = 40 }), "below 2", "η·λ = 2");
        Refusal.Of(() => Run(new() { WeightDecay = 1, LayerRates = [1, -1] }), "at least 0", "η·λ = -0.05", "rate -1");
        foreach (var untrained in new[] { Sequence with { TrainMask = [1, 0, 0, 0, 0, 0] }, Sequence with { GradientMask = new double[6] } })
        {
            Refusal.Of(() => Run(new() { MeanOverTargets = true }, untrained), "a mean needs a target that is trained on", "none in 6 tokens");
            Refusal.Of(() => new ExactTint(Small with { Optimiser = new() { MeanOverTargets = true } }, Weights).Run([untrained]), "a mean needs a target");
        }

        Refusal.Of(() => new MaterialisedTint(Small with { Optimiser = new() { Momentum = 0.9 } }, Weights), "plain SGD", "momentum 0.9");
    }

    [Fact]
    public void An_optimiser_is_compared_by_its_numbers_and_says_what_is_not_plain()
    {
        Assert.Equal(new Optimiser { LayerRates = [1, 0.5] }, new Optimiser { LayerRates = [1, 0.5] });
        Assert.Equal(new Optimiser { LayerRates = [1, 0.5] }.GetHashCode(), new Optimiser { LayerRates = [1, 0.5] }.GetHashCode());
        Assert.NotEqual(new Optimiser { LayerRates = [1, 0.5] }, new Optimiser { LayerRates = [1, 0.25] });
        Assert.NotEqual(Optimiser.Plain, new Optimiser { LayerRates = [1, 1] });
        Assert.Equal(Optimiser.Plain, new Optimiser());
        Assert.Equal("plain SGD", $"{Optimiser.Plain}");
        Assert.Contains("weight decay 0.1, momentum 0.9, η by layer times 1 0.5, mean over targets", $"{Small with { Optimiser = new() { WeightDecay = 0.1, Momentum = 0.9, LayerRates = [1, 0.5], MeanOverTargets = true } }}", StringComparison.Ordinal);
        Assert.DoesNotContain("plain", $"{Small}", StringComparison.Ordinal);
    }

    private static TintResult Run(Optimiser optimiser, TokenSequence? sequence = null) => new SimulatedTint(Small with { Optimiser = optimiser }, Weights).Run(sequence ?? Sequence);

    private static double Distance(AuxiliaryWeights left, AuxiliaryWeights right) => AuxiliaryWeightsAlgebra.Norm(AuxiliaryWeightsAlgebra.Subtract(left, right));
}
