using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Simulation;

/// <summary>One sequence's passes through the model, with the weights as its descents leave them.</summary>
internal sealed class SimulatedRun : IPassReading<Matrix<double>>
{
    private readonly SimulatedTint _engine;
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;
    private readonly TokenSequence _sequence;
    private readonly TokenSequence _inDescents;
    private readonly TrainedLayers _layers;
    private readonly IKept<BlockMemory>?[] _memories;
    private readonly List<AuxiliaryWeights>? _gradients;
    private readonly List<TracedSignal>? _trace;
    private LayerNormParameters _finalNorm;
    private LayerNormMemory? _finalMemory;
    private Matrix<double>? _originalLogits;
    private Matrix<double>? _logits;
    private AuxiliaryLayer[] _steps = [];
    private LayerNormParameters? _normStep;

    /// <summary>A run that has not begun.</summary>
    public SimulatedRun(SimulatedTint engine, TokenSequence sequence)
    {
        var (configuration, weights) = (engine.Configuration, engine.Weights);
        (_engine, _configuration, _weights, _sequence) = (engine, configuration, weights, sequence);
        _inDescents = sequence.InDescents(configuration.Departures);
        _layers = new TrainedLayers(weights, engine.Storage.Weights);
        _memories = new IKept<BlockMemory>?[_layers.Count];
        _gradients = engine.RecordGradients ? [] : null;
        _trace = engine.RecordTrace ? [] : null;
        _finalNorm = weights.FinalNorm;
    }

    /// <summary>Runs all passes and gathers the result.</summary>
    public TintResult Run()
    {
        Pass.Run(_configuration, this);
        var updated = _weights with { Layers = _layers.Updated(), FinalNorm = _finalNorm };
        return new TintResult(_engine, _sequence, () => updated)
        {
            OriginalLogits = _originalLogits!,
            Logits = _logits!,
            OriginalLossSum = LossSum.Of(_originalLogits!, _sequence),
            FinalLossSum = LossSum.Of(_logits!, _sequence),
            Gradients = _gradients ?? [],
            Trace = _trace ?? [],
        };
    }

    /// <inheritdoc/>
    /// <remarks>Row t: row input_t of E plus row t of the position table.</remarks>
    public Matrix<double> Embed() => Matrix<double>.Build.Dense(
        _sequence.Length,
        _configuration.Auxiliary.HiddenSize,
        (t, d) => _weights.TokenEmbedding.At(_sequence.InputIds[t], d) + _weights.PositionEmbedding.At(t, d));

    /// <inheritdoc/>
    public Matrix<double> Forward(int layer, Matrix<double> input, bool keepMemory)
    {
        var (output, left) = SimulatedBlock.Forward(_configuration, _layers[layer], input, _sequence.IclMask);
        _memories[layer] = keepMemory ? KeptMemory.Of(_engine.Storage.Activations, left) : null;
        Ended(PassKind.Forward, layer, output);
        return output;
    }

    /// <inheritdoc/>
    public Matrix<double> FinalNorm(Matrix<double> input)
    {
        (var output, _finalMemory) = SimulatedLayerNorm.Forward(_configuration, _finalNorm, input);
        Divergence.Check(output, "the final norm's output");
        Ended(PassKind.Forward, null, output);
        return output;
    }

    /// <inheritdoc/>
    /// <remarks>E y, [T × V], into the same matrix after every step; between steps only for a loss that needs it.</remarks>
    public void Head(Matrix<double> output, int step)
    {
        if (step > 0 && step < _configuration.SgdSteps && !SimulatedLoss.NeedsLogits(_configuration.Loss))
        {
            return;
        }

        var buffer = step > 0 && _logits != _originalLogits
            ? _logits!
            : ColumnMajor.Uninitialized(_sequence.Length, _configuration.Auxiliary.VocabularySize);
        output.TransposeAndMultiply(ColumnMajor.Dense(_weights.TokenEmbedding), buffer);
        Divergence.Check(buffer, "the logits");
        _engine.Observer?.Invoke(new PassStage(PassKind.Head));
        (_originalLogits, _logits) = (_originalLogits ?? buffer, buffer);
    }

    /// <inheritdoc/>
    public Matrix<double> LossGradient(Matrix<double> output)
    {
        var gradient = SimulatedLoss.FromLogits(_configuration, _weights.TokenEmbedding, _logits!, _sequence);
        _engine.Observer?.Invoke(new PassStage(PassKind.LossGradient));
        return gradient;
    }

    /// <inheritdoc/>
    public Matrix<double> FinalNormBackward(Matrix<double> gradient)
    {
        var (norm, normStep) = SimulatedLayerNorm.Descent(_configuration, _finalNorm, gradient, _finalMemory!, _inDescents.TrainMask);
        gradient = SimulatedLayerNorm.Backward(_configuration, _finalNorm, gradient, _finalMemory!);
        Ended(PassKind.Backward, null, gradient);
        (_finalNorm, _normStep, _steps) = (norm, normStep, new AuxiliaryLayer[_configuration.TrainedLayers]);
        return gradient;
    }

    /// <inheritdoc/>
    public Matrix<double> Backward(int layer, Matrix<double> gradient)
    {
        (gradient, var updated, var step) = SimulatedBlock.BackwardDescent(
            _configuration, _layers[layer], gradient, _memories[layer]!.Load(), _inDescents);
        _layers.Update(layer, updated);
        _memories[layer]!.Release();
        _memories[layer] = null;
        if (_gradients is not null)
        {
            _steps[layer - _layers.Count + _steps.Length] = step;
        }

        Ended(PassKind.Backward, layer, gradient);
        return gradient;
    }

    /// <inheritdoc/>
    public void Descended(Matrix<double> gradient)
    {
        Divergence.Check(gradient, "the gradient");
        _gradients?.Add(SimulatedGradient.Of(_configuration.Auxiliary, _steps, _normStep!));
    }

    /// <summary>A forward or backward pass through a block, or through the final norm where <paramref name="layer"/> is null, has ended.</summary>
    private void Ended(PassKind pass, int? layer, Matrix<double> signal)
    {
        _engine.Observer?.Invoke(new PassStage(pass, layer));
        _trace?.Add(new TracedSignal(TracedSignal.NameOf(_trace.Count, pass, layer), signal));
    }
}
