using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.DenseEvaluation;

/// <summary>A whole TinT over one sequence by plain loops over dense weights, rounded to a format after every operation.</summary>
internal sealed class DenseModel
{
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;
    private readonly TokenSequence _sequence;
    private readonly FloatFormat _format;
    private readonly DenseBlock _block;
    private readonly DenseLoss _loss;
    private readonly List<(string Name, double[,] States, double[][,] Updated)> _trace = [];

    private DenseModel(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence, FloatFormat format)
    {
        (_configuration, _weights, _sequence, _format) = (configuration, weights, sequence, format);
        _block = new DenseBlock(configuration, sequence, format);
        _loss = new DenseLoss(configuration, weights.TokenEmbedding, format);
    }

    /// <summary>The logits before training and after each SGD step, and the states behind every block.</summary>
    public static (IReadOnlyList<double[,]> Logits, IReadOnlyList<(string Name, double[,] States, double[][,] Updated)> Trace) Run(
        TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence, FloatFormat format)
    {
        var model = new DenseModel(configuration, weights, sequence, format);
        return (model.Run(), model._trace);
    }

    private List<double[,]> Run()
    {
        double[][][,] prefixes = [.. _weights.Layers.Select(layer => DenseStack.Of(_configuration, layer))];
        var norm = DenseStack.Of(_configuration, _weights.FinalNorm);
        int layers = prefixes.Length, firstTrained = layers - _configuration.TrainedLayers;
        var memories = new double[layers][][,];
        var inputs = new double[layers + 1][,];
        inputs[0] = Embed();
        var logits = new List<double[,]>();
        double[,] output = new double[0, 0];
        void Forward(int first)
        {
            for (var layer = first; layer < layers; layer++)
            {
                (inputs[layer + 1], memories[layer]) = _block.Forward(inputs[layer], prefixes[layer]);
                Record($"forward.layer{layer:00}", inputs[layer + 1], []);
            }

            output = _block.NormForward(inputs[layers], norm);
            Record("forward.final_norm", output, []);
            logits.Add(_loss.Logits(Signal(output)));
        }

        Forward(0);
        for (var step = 0; step < _configuration.SgdSteps; step++)
        {
            var gradient = _loss.Gradient(Signal(output), logits[^1], _sequence);
            var states = _block.NormBackward(WithSignal(output, gradient), norm, output);
            norm = Grid.Like(norm, (row, c) => states[row, c]);
            Record("backward.final_norm", states, [norm]);
            for (var layer = layers - 1; layer >= firstTrained; layer--)
            {
                (states, prefixes[layer]) = _block.Backward(states, prefixes[layer], memories[layer]);
                Record($"backward.layer{layer:00}", states, prefixes[layer]);
            }

            Forward(firstTrained);
        }

        return logits;
    }

    private double[,] Embed() => Grid.Of(_configuration.PrefixCount + _sequence.Length, _configuration.HiddenSize, (row, c) =>
    {
        var t = row - _configuration.PrefixCount;
        return t < 0 || c >= _configuration.Auxiliary.HiddenSize
            ? 0
            : _format.Add(_weights.TokenEmbedding[_sequence.InputIds[t], c], _weights.PositionEmbedding[t, c]);
    });

    private double[,] Signal(double[,] states) => Grid.Of(
        _sequence.Length, _configuration.Auxiliary.HiddenSize, (t, c) => states[_configuration.PrefixCount + t, c]);

    private double[,] WithSignal(double[,] states, double[,] signal) => Grid.Like(states, (row, c) =>
        row >= _configuration.PrefixCount && c < signal.GetLength(1) ? signal[row - _configuration.PrefixCount, c] : states[row, c]);

    private void Record(string name, double[,] states, double[][,] updated) => _trace.Add(($"{_trace.Count:000}.{name}", states, updated));
}
