using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Modules.LayerNorm;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Modules.SelfAttention;
using Tint.Reference.Primitives;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>
/// The blocks of a TinT over one sequence, from the dense weights of their modules. States are [K + T × D_sim]; residual connections add all of
/// them.
/// </summary>
internal sealed class DenseBlock
{
    private readonly TintConfiguration _configuration;
    private readonly TokenSequence _sequence;
    private readonly FloatFormat _format;
    private readonly (int Norm, int Attention, int Linear, int Activation) _memory;
    private readonly (DenseLayers Norm, DenseLayers Attention, DenseLayers Linear, DenseLayers Activation) _forward;
    private readonly (DenseLayers Norm, DenseLayers Attention, DenseLayers Linear, DenseLayers Activation) _backward;
    private readonly (DenseLayers Norm, DenseLayers Linear, DenseLayers Value, DenseLayers Outer) _descent;

    public DenseBlock(TintConfiguration configuration, TokenSequence sequence, FloatFormat format)
    {
        (_configuration, _sequence, _format) = (configuration, sequence, format);
        var n = configuration.RowsPerPrefix;
        _memory = (n - 1, n - 2, n, n);
        DenseLayers Layers(IEnumerable<WeightTensor> tensors) => new(tensors, configuration, format);
        _forward = (
            Layers(new LayerNormForward(configuration, _memory.Norm).Tensors()),
            Layers(new AttentionForward(configuration, _memory.Attention).Tensors()),
            Layers(new LinearForward(configuration, _memory.Linear).Tensors()),
            Layers(new ActivationForward(configuration, _memory.Activation).Tensors()));
        _backward = (
            Layers(new LayerNormBackward(configuration, _memory.Norm).Tensors()),
            Layers(new AttentionBackward(configuration, _memory.Attention).Tensors()),
            Layers(new LinearBackward(configuration, _memory.Linear).Tensors()),
            Layers(new ActivationBackward(configuration, _memory.Activation).Tensors()));
        var share = configuration.Departures.MlpBiasLearntPerChunk ? 1 : 1.0 / configuration.Auxiliary.MlpChunkCount;
        _descent = (
            Layers(new LayerNormDescent(configuration, _memory.Norm).Tensors()),
            Layers(new LinearDescent(configuration, _memory.Linear).Tensors()),
            Layers(new LinearDescent(configuration, _memory.Attention + 2).Tensors()),
            Layers(new LinearDescent(configuration, _memory.Linear, new DescentOptions { BiasRateFactor = share }).Tensors()));
    }

    /// <summary>Forward through a block; the states behind each of its modules are the memory for the way back.</summary>
    public (double[,] States, double[][,] Behind) Forward(double[,] states, double[][,] prefixes)
    {
        var norm = NormForward(states, prefixes[0]);
        var attention = DenseSelfAttention.Forward(
            _forward.Attention, Load(norm, prefixes[1]), prefixes[2], prefixes[3], _sequence.IclMask, _memory.Attention);
        var output = DenseLinear.Forward(_forward.Linear, Load(attention, prefixes[4]), _memory.Linear);
        states = Add(output, states);

        var mlpNorm = NormForward(states, prefixes[5]);
        var behind = new List<double[,]> { norm, attention, attention, attention, output, mlpNorm };
        double[,]? sum = null;
        for (var load = 6; load < prefixes.Length; load += 3)
        {
            var inner = DenseLinear.Forward(_forward.Linear, Load(mlpNorm, prefixes[load]), _memory.Linear);
            var activation = DenseActivation.Forward(_forward.Activation, Load(inner, prefixes[load + 1]), _memory.Activation);
            var outer = DenseLinear.Forward(_forward.Linear, Load(activation, prefixes[load + 2]), _memory.Linear);
            behind.AddRange([inner, activation, outer]);
            sum = sum is null ? outer : Add(outer, sum);
        }

        return (Add(sum!, states), [.. behind]);
    }

    /// <summary>Back through a block: the gradient at its input and the updated prefixes, in the order of the loads.</summary>
    public (double[,] States, double[][,] Updated) Backward(double[,] states, double[][,] prefixes, double[][,] behind)
    {
        var updated = (double[][,])prefixes.Clone();
        double[,] Step(int load, double[,] from, int memory, Func<double[,], double[,]> run)
        {
            var result = run(Restore(Load(from, prefixes[load]), behind[load], memory));
            updated[load] = Grid.Of(_configuration.PrefixCount, _configuration.HiddenSize, (row, c) => result[row, c]);
            return result;
        }

        double[,]? sum = null;
        for (var load = prefixes.Length - 3; load >= 6; load -= 3)
        {
            var outer = Step(load + 2, states, _memory.Linear, x => LinearBack(x, _memory.Linear, _descent.Outer));
            var activation = Step(load + 1, outer, _memory.Activation, x => DenseActivation.Backward(_backward.Activation, x));
            var inner = Step(load, activation, _memory.Linear, x => LinearBack(x, _memory.Linear, _descent.Linear));
            sum = sum is null ? inner : Add(inner, sum);
        }

        states = Add(Step(5, sum!, _memory.Norm, NormBack), states);
        var output = Step(4, states, _memory.Linear, x => LinearBack(x, _memory.Linear, _descent.Linear));
        var attention = Step(3, output, _memory.Attention, x => LinearBack(
            _configuration.BackpropagateThroughAttention
                ? DenseSelfAttention.Backward(_backward.Attention, x, _sequence.TrainMask, _sequence.IclMask, _memory.Attention)
                : x,
            _memory.Attention + 2,
            _descent.Value));
        return (Add(Step(0, attention, _memory.Norm, NormBack), states), updated);
    }

    public double[,] NormForward(double[,] states, double[,] prefixes) =>
        DenseLayerNorm.Forward(_forward.Norm, Load(states, prefixes), _memory.Norm);

    public double[,] NormBackward(double[,] states, double[,] prefixes, double[,] behind) =>
        NormBack(Restore(Load(states, prefixes), behind, _memory.Norm));

    private double[,] NormBack(double[,] states) => Join(
        DenseLinear.Descent(
            _descent.Norm, states, _sequence.TrainMask, "linear.", diagonalOnly: !_configuration.Departures.DenseLayerNormDescent),
        DenseLayerNorm.Backward(_backward.Norm, states, _memory.Norm));

    private double[,] LinearBack(double[,] states, int memory, DenseLayers descent) => Join(
        DenseLinear.Descent(descent, states, _sequence.TrainMask), DenseLinear.Backward(_backward.Linear, states, memory));

    /// <summary>Prefixes from one, tokens from the other.</summary>
    private double[,] Join(double[,] prefixes, double[,] tokens) =>
        Grid.Like(tokens, (row, c) => row < _configuration.PrefixCount ? prefixes[row, c] : tokens[row, c]);

    private double[,] Load(double[,] states, double[,] prefixes) =>
        Grid.Like(states, (row, c) => row < _configuration.PrefixCount ? prefixes[row, c] : states[row, c]);

    /// <summary>x + (m − x) at the tokens' memory.</summary>
    private double[,] Restore(double[,] states, double[,] behind, int memory) => Grid.Like(states, (row, c) =>
        row < _configuration.PrefixCount || c < memory * _configuration.Auxiliary.HiddenSize
            ? states[row, c]
            : _format.Add(states[row, c], _format.Subtract(behind[row, c], states[row, c])));

    private double[,] Add(double[,] a, double[,] b) => Grid.Like(a, (row, c) => _format.Add(a[row, c], b[row, c]));
}
