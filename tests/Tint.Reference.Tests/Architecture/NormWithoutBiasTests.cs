using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;
using Tint.Reference.Tests.Modules;

namespace Tint.Reference.Tests.Architecture;

/// <summary>A LayerNorm that has γ and no β: its γ learns as that of any other, and no β comes to be.</summary>
public sealed class NormWithoutBiasTests
{
    private const int Tokens = 5;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_descent_moves_its_scale_alone(bool biasOnly, bool dense)
    {
        var (configuration, plan, layer, x, g, sequence) = Setting(biasOnly, dense);
        var (_, memory) = SimulatedBlock.Forward(configuration, plan, layer, x, null);
        var (gradient, after, step) = SimulatedBlock.BackwardDescent(configuration, plan, layer, g, memory, sequence);
        var (own, learnt) = (after.Norm(Place.MlpNorm), step.Norm(Place.MlpNorm));
        Assert.All(own.Bias, value => Assert.Equal(0, value));
        Assert.All(learnt.Bias, value => Assert.Equal(0, value));

        var usual = plan.Select(static leaf => ((Norm)leaf) with { HasBias = true });
        var (usualGradient, usualAfter, _) = SimulatedBlock.BackwardDescent(configuration, usual, layer, g, memory, sequence);
        Assert.Equal(usualGradient, gradient);
        Assert.Equal(usualAfter.Norm(Place.MlpNorm).Weight, own.Weight);
        Assert.NotEqual(0, usualAfter.Norm(Place.MlpNorm).Bias.AbsoluteMaximum());
        Assert.Equal(biasOnly, learnt.Weight.AbsoluteMaximum() == 0);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void The_construction_is_the_closed_form_to_rounding(bool biasOnly, bool dense)
    {
        var (configuration, plan, layer, x, g, sequence) = Setting(biasOnly, dense);
        var pass = new BlockPass(configuration, sequence, Arithmetic.Tracking(Textbook.Rounding), CarriesEverything: false);
        var prefixes = BlockPrefixes.Stack(configuration, plan, layer);
        var (_, memory) = new BlockForward(configuration, plan).Run(plan, States(configuration, x), prefixes, pass, keepMemory: true);
        var (back, updated, _) = new BlockBackward(configuration, plan).Run(plan, States(configuration, g), prefixes, memory!, pass);
        var (_, kept) = SimulatedBlock.Forward(configuration, plan, layer, x, null);
        var (gradient, after, _) = SimulatedBlock.BackwardDescent(configuration, plan, layer, g, kept, sequence);
        Assert.InRange(Closeness.Ratio(gradient, back.Tokens[0]), 0, 1);
        var (expected, load) = (BlockPrefixes.Stack(configuration, plan, after).Loads[Place.MlpNorm, 0], updated.Loads[Place.MlpNorm, 0]);
        for (var slot = 0; slot < load.Count; slot++)
        {
            Assert.InRange(Closeness.Ratio(expected[slot]?.Value ?? Matrix<double>.Build.Dense(expected.RowCount, expected.Width), load[slot]), 0, 1);
        }
    }

    private static (TintConfiguration Configuration, BlockPlan Plan, AuxiliaryLayer Layer, Matrix<double> X, Matrix<double> G, TokenSequence Sequence) Setting(
        bool biasOnly, bool dense)
    {
        var (auxiliary, random) = (AuxiliaryConfiguration.Tiny, new Random(7));
        var configuration = TintConfiguration.For(auxiliary) with
        {
            InnerLearningRate = 0.1,
            LayerNormBiasOnly = biasOnly,
            Departures = Departures.Published with { DenseLayerNormDescent = dense },
        };
        var (plan, width) = (new BlockPlan(new Norm(Place.MlpNorm, auxiliary.HiddenSize) { HasBias = false }), auxiliary.HiddenSize);
        double Number() => random.NextDouble() - 0.5;
        Matrix<double> Signal() => Matrix<double>.Build.Dense(Tokens, width, (_, _) => Number());
        var layer = AuxiliaryLayer.Of(plan, _ => new LayerNormParameters(Vector<double>.Build.Dense(width, _ => 1 + Number()), Vector<double>.Build.Dense(width)));
        return (configuration, plan, layer, Signal(), Signal(), new TokenSequence { InputIds = [.. Enumerable.Repeat(1, Tokens)], TrainMask = [1, 0, 1, 1, 1] });
    }

    private static HiddenStates States(TintConfiguration configuration, Matrix<double> signal)
    {
        int width = configuration.Auxiliary.HiddenSize, slots = configuration.RowsPerPrefix + 1;
        return new(Slots.Zero(configuration.PrefixCount, width, slots), Slots.Zero(signal.RowCount, width, slots).With(0, new Tracked(signal)));
    }
}
