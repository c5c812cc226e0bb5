using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Losses;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary>One sequence's passes through the model on a device, as <see cref="SimulatedRun"/> makes them on the host.</summary>
internal sealed class DeviceRun : IPassReading<DeviceMatrix>
{
    private readonly DeviceSimulatedTint _engine;
    private readonly DeviceAlgebra _algebra;
    private readonly TintConfiguration _configuration;
    private readonly DeviceWeights _weights;
    private readonly DeviceTokens _tokens;
    private readonly int _firstTrained;
    private readonly DeviceBlockWeights[] _blocks;
    private readonly DeviceBlockMemory?[] _memories;
    private readonly List<AuxiliaryWeights>? _gradients;
    private readonly List<TracedSignal>? _trace;
    private DeviceNormLayer _finalNorm;
    private DeviceNormMemory? _finalMemory;
    private DeviceMatrix? _originalLogits;
    private DeviceMatrix? _logits;
    private AuxiliaryLayer[] _steps = [];
    private DeviceNormLayer? _normStep;

    /// <summary>A run that has not begun.</summary>
    public DeviceRun(DeviceSimulatedTint engine, DeviceAlgebra algebra, DeviceWeights weights, TokenSequence sequence)
    {
        var configuration = engine.Configuration;
        (_engine, _algebra, _configuration, _weights) = (engine, algebra, configuration, weights);
        _tokens = new DeviceTokens(algebra.Arena, sequence, configuration.Departures);
        _firstTrained = configuration.Auxiliary.LayerCount - configuration.TrainedLayers;
        _blocks = [.. weights.Blocks];
        _memories = new DeviceBlockMemory?[_blocks.Length];
        _gradients = engine.RecordGradients ? [] : null;
        _trace = engine.RecordTrace ? [] : null;
        _finalNorm = weights.FinalNorm;
    }

    /// <summary>Runs all passes and brings the results to the host.</summary>
    public TintResult Run()
    {
        Pass.Run(_configuration, this);
        DeviceMatrix originalLogits = _originalLogits!, logits = _logits!;
        var original = DeviceArena.Download(originalLogits);
        var final = logits == originalLogits ? original : DeviceArena.Download(logits);
        var host = _weights.Host;
        var trained = _configuration.SgdSteps > 0;
        var updated = !trained ? host : host with
        {
            Layers = [.. host.Layers.Select((layer, index) => index < _firstTrained ? layer : _blocks[index].Download(layer))],
            FinalNorm = _finalNorm.Download(),
        };
        var result = new TintResult(_engine, _tokens.Sequence, () => updated)
        {
            OriginalLogits = original,
            Logits = final,
            OriginalLossSum = Loss(originalLogits, original),
            FinalLossSum = Loss(logits, final),
            Gradients = _gradients ?? [],
            Trace = _trace ?? [],
        };
        Ended(new PassStage(PassKind.ResultsToHost));
        return result;

        LossSum Loss(DeviceMatrix onDevice, MathNet.Numerics.LinearAlgebra.Matrix<double> onHost) => _tokens.Sequence.Labels is { } labels
            ? LossSum.Of(onHost, DeviceSoftmax.LogSumExp(_algebra, onDevice), labels)
            : default;
    }

    /// <inheritdoc/>
    /// <remarks>Row t: row input_t of E plus row t of the position table.</remarks>
    public DeviceMatrix Embed()
    {
        if (_tokens.Sequence.PositionIds is not null)
        {
            throw new RuleViolationException("the simulation on a device counts positions from 0", "position_ids", "leave them out, or simulate on the processor");
        }

        DeviceMatrix embedding = _weights.TokenEmbedding, positions = _weights.PositionEmbedding;
        var result = _algebra.Arena.Rent(_tokens.Sequence.Length, embedding.Columns);
        _algebra.Run(result.Length, new EmbedTokens(
            embedding.View, embedding.Rows, positions.View, positions.Rows, _tokens.Ids, result.Rows, result.View));
        return result;
    }

    /// <inheritdoc/>
    public DeviceMatrix Again(DeviceMatrix trainedInput) => _algebra.Scaled(trainedInput, 1);

    /// <inheritdoc/>
    public DeviceMatrix Forward(int layer, DeviceMatrix input, bool keepMemory)
    {
        var (output, memory) = DeviceTransformerBlock.Forward(_algebra, _configuration, _blocks[layer], input, _tokens);
        _memories[layer] = keepMemory ? memory : null;
        if (!keepMemory)
        {
            memory.Dispose();
        }

        Ended(PassKind.Forward, layer, output);
        return output;
    }

    /// <inheritdoc/>
    public DeviceMatrix FinalNorm(DeviceMatrix input)
    {
        (var output, _finalMemory) = DeviceLayerNorm.Forward(_algebra, _configuration, _finalNorm, input);
        _algebra.RequireFinite(output, "the final norm's output");
        Ended(PassKind.Forward, null, output);
        return output;
    }

    /// <inheritdoc/>
    /// <remarks>E y, [T × V]; between steps only for a loss that needs it.</remarks>
    public void Head(DeviceMatrix output, int step)
    {
        if (step > 0 && step < _configuration.SgdSteps && !LossFunction.Of(_configuration.Loss).ReadsLogits)
        {
            return;
        }

        if (_logits != _originalLogits)
        {
            _logits!.Dispose();
        }

        _logits = _algebra.ProductWithTransposed(output, _weights.TokenEmbedding);
        _algebra.RequireFinite(_logits, "the logits");
        Ended(new PassStage(PassKind.Head));
        _originalLogits ??= _logits;
    }

    /// <inheritdoc/>
    public DeviceMatrix LossGradient(DeviceMatrix output)
    {
        output.Dispose();
        var gradient = DeviceLoss.FromLogits(_algebra, _configuration, _weights.TokenEmbedding, _logits!, _tokens);
        Ended(new PassStage(PassKind.LossGradient));
        return gradient;
    }

    /// <inheritdoc/>
    public DeviceMatrix FinalNormBackward(DeviceMatrix gradient)
    {
        var (norm, normStep) = DeviceLayerNorm.Descent(_algebra, _configuration, _finalNorm, gradient, _finalMemory!, _tokens);
        var input = DeviceLayerNorm.Backward(_algebra, _configuration, _finalNorm, gradient, _finalMemory!);
        gradient.Dispose();
        _finalMemory!.Dispose();
        if (_finalNorm != _weights.FinalNorm)
        {
            _finalNorm.Dispose();
        }

        (_finalNorm, _normStep, _steps) = (norm, normStep, new AuxiliaryLayer[_configuration.TrainedLayers]);
        Ended(PassKind.Backward, null, input);
        return input;
    }

    /// <inheritdoc/>
    public DeviceMatrix Backward(int layer, DeviceMatrix gradient)
    {
        var (input, updated, step) = DeviceTransformerBlock.BackwardDescent(
            _algebra, _configuration, _blocks[layer], gradient, _memories[layer]!, _tokens);
        gradient.Dispose();
        _memories[layer]!.Dispose();
        if (_blocks[layer] != _weights.Blocks[layer])
        {
            _blocks[layer].ReleaseTrained();
        }

        (_blocks[layer], _memories[layer]) = (updated, null);
        if (_gradients is not null)
        {
            _steps[layer - _blocks.Length + _steps.Length] = step.Download(SimulatedGradient.UntrainedLayer(_blocks[layer].Plan));
        }

        step.ReleaseTrained();
        Ended(PassKind.Backward, layer, input);
        return input;
    }

    /// <inheritdoc/>
    public void Descended(DeviceMatrix gradient)
    {
        _algebra.RequireFinite(gradient, "the gradient");
        gradient.Dispose();
        _gradients?.Add(SimulatedGradient.Of(_weights.Host, _steps, new AuxiliaryLayer().With(Place.FinalNorm, _normStep!.Download())));
        _normStep!.Dispose();
    }

    /// <summary>A forward or backward pass through a block, or through the final norm where <paramref name="layer"/> is null, has been asked for.</summary>
    private void Ended(PassKind pass, int? layer, DeviceMatrix signal)
    {
        Ended(new PassStage(pass, layer));
        _trace?.Add(new TracedSignal(TracedSignal.NameOf(_trace.Count, pass, layer), DeviceArena.Download(signal)));
    }

    /// <summary>Tells an observer once the device has done the stage; without one nothing waits.</summary>
    private void Ended(PassStage stage)
    {
        if (_engine.Observer is { } observer)
        {
            _algebra.Wait();
            observer(stage);
        }
    }
}
