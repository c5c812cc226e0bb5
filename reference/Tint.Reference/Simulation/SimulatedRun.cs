using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>One sequence's passes through the model, with the weights as its descents leave them.</summary>
internal sealed class SimulatedRun
{
    private readonly SimulatedTint _engine;
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;
    private readonly TokenSequence _sequence;
    private readonly int _firstTrained;
    private readonly TrainedLayers _layers;
    private readonly IKept<BlockMemory>?[] _memories;

    // The input of the lowest trained block, from which every later forward pass starts, [T × D_aux].
    private readonly Matrix<double> _firstTrainedInput;
    private readonly List<AuxiliaryWeights>? _gradients;
    private readonly List<TracedSignal>? _trace;
    private LayerNormParameters _finalNorm;
    private Matrix<double> _output;
    private LayerNormMemory _finalMemory;

    /// <summary>Runs the first forward pass.</summary>
    public SimulatedRun(SimulatedTint engine, TokenSequence sequence)
    {
        var (configuration, weights) = (engine.Configuration, engine.Weights);
        (_engine, _configuration, _weights, _sequence) = (engine, configuration, weights, sequence);
        _firstTrained = configuration.Auxiliary.LayerCount - configuration.TrainedLayers;
        _layers = new TrainedLayers(weights, engine.Storage.Weights);
        _memories = new IKept<BlockMemory>?[_layers.Count];
        _gradients = engine.RecordGradients ? [] : null;
        _trace = engine.RecordTrace ? [] : null;
        _finalNorm = weights.FinalNorm;

        var x = Embedded();
        for (var index = 0; index < _firstTrained; index++)
        {
            (x, _) = SimulatedBlock.Forward(configuration, _layers[index], x, sequence.IclMask);
            Ended(PassKind.Forward, index, x);
        }

        _firstTrainedInput = x;
        (_output, _finalMemory) = ForwardTrained(keepMemory: configuration.SgdSteps > 0);
    }

    /// <summary>Takes the steps and gathers the result.</summary>
    public TintResult Run()
    {
        var originalLogits = Logits(null);
        var logits = originalLogits;
        Matrix<double>? later = null;
        for (var step = 1; step <= _configuration.SgdSteps; step++)
        {
            Step(logits);
            (_output, _finalMemory) = ForwardTrained(keepMemory: step < _configuration.SgdSteps);
            if (step == _configuration.SgdSteps || SimulatedLoss.NeedsLogits(_configuration.Loss))
            {
                logits = later = Logits(later);
            }
        }

        var updated = _weights with { Layers = _layers.Updated(), FinalNorm = _finalNorm };
        return new TintResult(_engine, _sequence, () => updated)
        {
            OriginalLogits = originalLogits,
            Logits = logits,
            OriginalLossSum = LossSum.Of(originalLogits, _sequence),
            FinalLossSum = LossSum.Of(logits, _sequence),
            Gradients = _gradients ?? [],
            Trace = _trace ?? [],
        };
    }

    /// <summary>Row t: row input_t of E plus row t of the position table.</summary>
    private Matrix<double> Embedded() => Matrix<double>.Build.Dense(
        _sequence.Length,
        _configuration.Auxiliary.HiddenSize,
        (t, d) => _weights.TokenEmbedding.At(_sequence.InputIds[t], d) + _weights.PositionEmbedding.At(t, d));

    /// <summary>Forward through the trained blocks and the final norm, with the weights as they are now.</summary>
    private (Matrix<double> Output, LayerNormMemory Memory) ForwardTrained(bool keepMemory)
    {
        var x = _firstTrainedInput;
        for (var index = _firstTrained; index < _layers.Count; index++)
        {
            (x, var left) = SimulatedBlock.Forward(_configuration, _layers[index], x, _sequence.IclMask);
            _memories[index] = keepMemory ? KeptMemory.Of(_engine.Storage.Activations, left) : null;
            Ended(PassKind.Forward, index, x);
        }

        var (output, memory) = SimulatedLayerNorm.Forward(_configuration, _finalNorm, x);
        Divergence.Check(output, "the final norm's output");
        Ended(PassKind.Forward, null, output);
        return (output, memory);
    }

    /// <summary>One loss gradient and the backward and descent passes from the final norm to the lowest trained block.</summary>
    private void Step(Matrix<double> logits)
    {
        var gradient = SimulatedLoss.FromLogits(_configuration, _weights.TokenEmbedding, logits, _sequence);
        _engine.Observer?.Invoke(new PassStage(PassKind.LossGradient));
        var (norm, normStep) = SimulatedLayerNorm.Descent(_configuration, _finalNorm, gradient, _finalMemory, _sequence.TrainMask);
        gradient = SimulatedLayerNorm.Backward(_configuration, _finalNorm, gradient, _finalMemory);
        Ended(PassKind.Backward, null, gradient);
        _finalNorm = norm;
        var steps = new AuxiliaryLayer[_layers.Count - _firstTrained];
        for (var index = _layers.Count - 1; index >= _firstTrained; index--)
        {
            (gradient, var updated, var layerStep) = SimulatedBlock.BackwardDescent(
                _configuration, _layers[index], gradient, _memories[index]!.Load(), _sequence);
            _layers.Update(index, updated);
            _memories[index]!.Release();
            _memories[index] = null;
            if (_gradients is not null)
            {
                steps[index - _firstTrained] = layerStep;
            }

            Ended(PassKind.Backward, index, gradient);
        }

        Divergence.Check(gradient, "the gradient");
        _gradients?.Add(SimulatedGradient.Of(_configuration.Auxiliary, steps, normStep));
    }

    /// <summary>E y, [T × V], into <paramref name="buffer"/> where there is one.</summary>
    private Matrix<double> Logits(Matrix<double>? buffer)
    {
        buffer ??= ColumnMajor.Uninitialized(_sequence.Length, _configuration.Auxiliary.VocabularySize);
        _output.TransposeAndMultiply(_weights.TokenEmbedding, buffer);
        Divergence.Check(buffer, "the logits");
        _engine.Observer?.Invoke(new PassStage(PassKind.Head));
        return buffer;
    }

    /// <summary>A forward or backward pass through a block, or through the final norm where <paramref name="layer"/> is null, has ended.</summary>
    private void Ended(PassKind pass, int? layer, Matrix<double> signal)
    {
        _engine.Observer?.Invoke(new PassStage(pass, layer));
        _trace?.Add(new TracedSignal(TracedSignal.NameOf(_trace.Count, pass, layer), signal));
    }
}
