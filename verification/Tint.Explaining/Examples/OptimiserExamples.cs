using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Explaining.Examples;

/// <summary>Optimisers inside.</summary>
internal static class OptimiserExamples
{
    private const double Decay = 0.5;
    private const double Share = 0.9;

    /// <summary>A rate of half the others'.</summary>
    private const double Rate = 0.5;

    /// <summary>A descent whose gate keeps 1 − ηλ.</summary>
    public static BuiltExample WeightDecay(Example example) => LinearExamples.Descent(With(example, new() { WeightDecay = Decay }));

    /// <summary>A descent of a block with a rate of its own.</summary>
    public static BuiltExample LayerRates(Example example) =>
        LinearExamples.Descent(example with { Configuration = With(example, new() { LayerRates = [Rate] }).Configuration.OfLayer(0) });

    /// <summary>The second step: the first went from W⁻ to W, and a descent has gone on to W′.</summary>
    public static BuiltExample Momentum(Example example)
    {
        example = With(example, new() { Momentum = Share });
        var (c, previous) = (example.Configuration, example.Layer);
        var before = Stepped(previous, example.Gradient, example.X);
        var descended = Stepped(before, example.Second, example.X);
        var (module, empty) = (new Momentum(c), Slots.Zero(example.X.RowCount, c.Auxiliary.HiddenSize, c.RowsPerPrefix + 1));
        HiddenStates States(LinearParameters layer) => new(example.Stacked(layer), empty);
        var (layers, output) = example.Write(write => write.Momentum("x", "before", "previous", string.Empty));
        var (closed, way) = ((LinearParameters)SimulatedMomentum.Added(c, descended, before, previous), Less(before, previous));
        var share = SimulatedGate.Momentum(c);
        return new()
        {
            Configuration = c,
            TrainMask = example.TrainMask,
            Inputs = [("x", "what the descent left", States(descended)), ("before", "before the descent", States(before)), ("previous", "before the last one", States(previous))],
            Layers = layers,
            Outputs = [(output, "states")],
            Tensors = module.Tensors(),
            Construction = arithmetic => [new(module.Run(example.Stacked(descended), example.Stacked(before), example.Stacked(previous), arithmetic), empty)],
            Known =
            [
                .. example.Rows("W′", "b′", example.Stacked(descended)),
                .. example.Rows("W", "b", example.Stacked(before)),
                .. example.Rows("W⁻", "b⁻", example.Stacked(previous)),
                .. example.Rows("W − W⁻", "b − b⁻", example.Stacked(way)),
                .. example.Rows("μ(W − W⁻)", "μ(b − b⁻)", example.Stacked(new LinearParameters(share * way.Weight, share * way.Bias))),
                .. example.Rows("W′ + μ(W − W⁻)", "b′ + μ(b − b⁻)", example.Stacked(closed)),
            ],
            Parts = [.. example.Updated(closed, Heavy())],
        };

        LinearParameters Stepped(LinearParameters layer, Matrix<double> g, Matrix<double> x) => LinearExamples.Stepped(example, layer, g, x, example.TrainMask);

        // By definition: S ← μS + G, W ← W − ηS, from S = 0.
        LinearParameters Heavy()
        {
            var (first, second) = (Gradient(example.Gradient), Gradient(example.Second));
            return new(
                previous.Weight - (c.InnerLearningRate * first.Weight) - (c.InnerLearningRate * ((Share * first.Weight) + second.Weight)),
                previous.Bias - (c.InnerLearningRate * first.Bias) - (c.InnerLearningRate * ((Share * first.Bias) + second.Bias)));
        }

        LinearParameters Gradient(Matrix<double> g) =>
            ExactLinear.Backward(previous, example.X, g.MapIndexed((t, _, value) => example.TrainMask[t] * value, Zeros.Include)).Parameters;

        static LinearParameters Less(LinearParameters left, LinearParameters right) => new(left.Weight - right.Weight, left.Bias - right.Bias);
    }

    /// <summary>The gradient of the mean over the two targets that three tokens have.</summary>
    public static BuiltExample LossMean(Example example)
    {
        example = With(example, new() { MeanOverTargets = true });
        var (c, last) = (example.Configuration, example.X.RowCount - 1);
        var sequence = new TokenSequence { InputIds = new int[last + 1], TrainMask = [.. Enumerable.Repeat(1.0, last + 1)] };
        var g = example.Gradient.MapIndexed((t, _, value) => t == last ? 0 : value, Zeros.Include);
        var (states, module) = (new HiddenStates(example.NoPrefixes, example.Tokens((0, g))), new LossMean(c));
        var (closed, count) = (sequence.LossWeight(c.Optimiser) * g, sequence.CountedTargets);
        Matrix<double> Everywhere(double value) => Matrix<double>.Build.Dense(last + 1, g.ColumnCount, value);
        return example.Built(
            states,
            example.Write(write => write.LossMean("x", string.Empty)),
            module.Tensors(),
            arithmetic => states with { Tokens = states.Tokens.With(0, module.Run(states.Tokens[0], states, sequence, arithmetic)) },
            [
                new("g", g),
                new("g/M", g / count),
                new("1/M", Everywhere(1.0 / count)),
                new("e^c at the first token", Matrix<double>.Build.Dense(last + 1, g.ColumnCount, static (t, _) => t == 0 ? Reference.Modules.Loss.LossMean.Answer : 0)),
            ],
            [example.Tokens("g/M", 0, closed, g / count)]) with
        {
            TrainMask = sequence.TrainMask,
            Followed = (0, c.Auxiliary.HiddenSize - 2),
        };
    }

    private static Example With(Example example, Optimiser optimiser) => example with { Configuration = example.Configuration with { Optimiser = optimiser } };
}
