using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Losses;

namespace Tint.Reference.Simulation;

/// <summary>One sequence's passes through the model, with the weights as its descents leave them.</summary>
internal sealed class SimulatedRun : IPassReading<Matrix<double>>
{
    private readonly SimulatedTint _engine;
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;
    private readonly ModelPlan _plan;
    private readonly EndTables _tables;
    private readonly TokenSequence _sequence;
    private readonly TokenSequence _inDescents;
    private readonly TokenSequence? _encoder;
    private readonly TrainedLayers _layers;
    private readonly TrainedLayers? _previous;
    private readonly IKept<BlockMemory>?[] _memories;
    private readonly List<TracedSignal>? _trace;
    private List<AuxiliaryWeights>? _gradients;
    private AuxiliaryLayer _outside;
    private AuxiliaryLayer _previousOutside;
    private BlockMemory? _finalMemory;
    private BlockMemory? _encoderMemory;
    private Matrix<double>? _encoded;
    private Matrix<double>? _encodedGradient;
    private Matrix<double>? _originalLogits;
    private Matrix<double>? _logits;
    private bool _isUpdating = true;
    private int _firstLogits;
    private AuxiliaryLayer[] _steps = [];
    private AuxiliaryLayer _outsideSteps = new();

    /// <summary>A run that has not begun.</summary>
    public SimulatedRun(SimulatedTint engine, AuxiliaryWeights weights, TokenSequence sequence)
    {
        var configuration = engine.Configuration;
        (_engine, _configuration, _weights, _sequence) = (engine, configuration, weights, sequence);
        _inDescents = sequence.InDescents(configuration.Departures);
        (_plan, _tables) = (engine.Plan, engine.Tables);
        _encoder = _plan.HasEncoder ? sequence.Encoder : null;
        _layers = new TrainedLayers(weights, engine.Storage.Weights);
        _previous = configuration.Optimiser.Momentum > 0 ? new TrainedLayers(weights, engine.Storage.Weights) : null;
        _memories = new IKept<BlockMemory>?[_layers.Count];
        _gradients = engine.RecordGradients ? [] : null;
        _trace = engine.RecordTrace ? [] : null;
        _outside = _previousOutside = weights.Outside;
    }

    /// <summary>Runs all passes and gathers the result.</summary>
    public TintResult Run()
    {
        Pass.Run(_configuration, this);
        var updated = _weights with { Layers = _layers.Updated(), Outside = _outside };
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

    /// <summary>The summed gradients of the first step; no weight moves.</summary>
    public AuxiliaryWeights Gradient()
    {
        (_gradients, _isUpdating) = ([], false);
        Pass.Run(_configuration, this, steps: 1, isLastForward: false);
        return _gradients[0];
    }

    /// <summary>The logits of the tokens from one on, without training.</summary>
    public Matrix<double> Predict(int first)
    {
        _firstLogits = first;
        Pass.Run(_configuration, this, steps: 0, isLastForward: true);
        return _logits!;
    }

    /// <inheritdoc/>
    public Matrix<double> Embed() => Embed(_sequence);

    /// <inheritdoc/>
    public Matrix<double> EmbedEncoder() => Embed(_encoder!);

    /// <inheritdoc/>
    public Matrix<double> Forward(int layer, Matrix<double> input, bool keepMemory)
    {
        var (output, left) = SimulatedBlock.Forward(_configuration, _plan.Blocks[layer], _layers[layer], input, SequenceOf(layer).IclMask, _encoded);
        _memories[layer] = keepMemory ? KeptMemory.Of(_engine.Storage.Activations, left) : null;
        Ended(PassKind.Forward, layer, output);
        return output;
    }

    /// <inheritdoc/>
    public Matrix<double> FinalNorm(Matrix<double> input)
    {
        (var output, _finalMemory) = Outside(_plan.Final, input);
        Divergence.Check(output, "the final norm's output");
        return output;
    }

    /// <inheritdoc/>
    public void Encoded(Matrix<double> input, bool keepMemory)
    {
        (_encoded, _encoderMemory) = Outside(_plan.EncoderFinal, input);
        Divergence.Check(_encoded, "the encoder's output");
        _encodedGradient = null;
    }

    /// <inheritdoc/>
    /// <remarks>E y, [T × V], into the same matrix after every step; between steps only for a loss that needs it.</remarks>
    public void Head(Matrix<double> output, int step)
    {
        if (step > 0 && step < _configuration.SgdSteps && !LossFunction.Of(_configuration.Loss).ReadsLogits)
        {
            return;
        }

        output = PredictedTokens.From(output, _firstLogits);
        var buffer = step > 0 && _logits != _originalLogits
            ? _logits!
            : ColumnMajor.Uninitialized(output.RowCount, _configuration.Auxiliary.VocabularySize);
        output.TransposeAndMultiply(ColumnMajor.Dense(_tables.Head), buffer);
        if (_tables.HeadBias is { } bias)
        {
            ColumnMajor.AddBiasAndScale(buffer, bias, 1);
        }

        Divergence.Check(buffer, "the logits");
        _engine.Observer?.Invoke(new PassStage(PassKind.Head));
        (_originalLogits, _logits) = (_originalLogits ?? buffer, buffer);
    }

    /// <inheritdoc/>
    public Matrix<double> LossGradient(Matrix<double> output)
    {
        var gradient = SimulatedLoss.FromLogits(_configuration, _tables.Head, _logits!, _sequence);
        _engine.Observer?.Invoke(new PassStage(PassKind.LossGradient));
        return gradient;
    }

    /// <inheritdoc/>
    public Matrix<double> FinalNormBackward(Matrix<double> gradient)
    {
        _steps = new AuxiliaryLayer[_configuration.TrainedLayers];
        return OutsideBackward(_plan.Final, gradient, _finalMemory!, _inDescents);
    }

    /// <inheritdoc/>
    public Matrix<double> EncodedBackward() => OutsideBackward(
        _plan.EncoderFinal, _encodedGradient ?? Matrix<double>.Build.Dense(_encoded!.RowCount, _encoded.ColumnCount), _encoderMemory!, _encoder!);

    /// <inheritdoc/>
    public Matrix<double> Backward(int layer, Matrix<double> gradient)
    {
        var before = _layers[layer];
        (gradient, var reading) = SimulatedBlock.Backward(
            _configuration.OfLayer(layer), _plan.Blocks[layer], before, gradient, _memories[layer]!.Load(), SequenceOf(layer), _previous?[layer]);
        if (_isUpdating)
        {
            _previous?.Update(layer, before);
            _layers.Update(layer, reading.Updated);
        }

        _memories[layer]!.Release();
        _memories[layer] = null;
        if (_gradients is not null)
        {
            _steps[layer - _layers.Count + _steps.Length] = reading.Gradient;
        }

        if (reading.EncodedGradient is { } encoded)
        {
            _encodedGradient = _encodedGradient is null ? encoded : _encodedGradient + encoded;
        }

        Ended(PassKind.Backward, layer, gradient);
        return gradient;
    }

    /// <inheritdoc/>
    public void Descended(Matrix<double> gradient)
    {
        Divergence.Check(gradient, "the gradient");
        _gradients?.Add(SimulatedGradient.Of(_weights, _steps, _outsideSteps));
    }

    private Matrix<double> Embed(TokenSequence sequence)
    {
        var signal = _tables.Embed(_weights, sequence);
        return _plan.Embedding is null ? signal : SimulatedBlock.Forward(_configuration, _plan.Embedding, _weights.Outside, signal, null).Output;
    }

    /// <summary>The encoder's blocks read a sequence of their own.</summary>
    private TokenSequence SequenceOf(int layer) => layer < _plan.EncoderBlocks ? _encoder! : _inDescents;

    private (Matrix<double> Output, BlockMemory? Memory) Outside(BlockPlan? plan, Matrix<double> input)
    {
        if (plan is null)
        {
            return (input, null);
        }

        var (output, memory) = SimulatedBlock.Forward(_configuration, plan, _outside, input, null);
        Ended(PassKind.Forward, null, output, ReferenceEquals(plan, _plan.EncoderFinal));
        return (output, memory);
    }

    private Matrix<double> OutsideBackward(BlockPlan? plan, Matrix<double> gradient, BlockMemory memory, TokenSequence sequence)
    {
        if (plan is null)
        {
            return gradient;
        }

        (gradient, var reading) = SimulatedBlock.Backward(
            _configuration, plan, _outside, gradient, memory, sequence, _previous is null ? null : _previousOutside);
        Ended(PassKind.Backward, null, gradient, ReferenceEquals(plan, _plan.EncoderFinal));
        _previousOutside = plan.Parameters.Aggregate(_previousOutside, (all, leaf) => all.With(leaf.Place, _outside.Parameters[leaf.Place]));
        _outside = _isUpdating ? reading.Updated : _outside;
        _outsideSteps = plan.Parameters.Aggregate(_outsideSteps, (steps, leaf) => steps.With(leaf.Place, reading.Gradient.Parameters[leaf.Place]));
        return gradient;
    }

    /// <summary>A forward or backward pass through a block, or through the nodes behind the last where <paramref name="layer"/> is null, has ended.</summary>
    private void Ended(PassKind pass, int? layer, Matrix<double> signal, bool ofEncoder = false)
    {
        _engine.Observer?.Invoke(new PassStage(pass, layer));
        _trace?.Add(new TracedSignal(TracedSignal.NameOf(_trace.Count, pass, layer, ofEncoder), signal));
    }
}
