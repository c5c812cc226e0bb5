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
    private readonly DeviceTokens? _encoderTokens;
    private readonly DeviceBlockWeights[] _blocks;
    private readonly DeviceBlockMemory?[] _memories;
    private readonly List<AuxiliaryWeights>? _gradients;
    private readonly List<TracedSignal>? _trace;
    private readonly DeviceNodes _final;
    private readonly DeviceNodes _encoderFinal;
    private DeviceEncoder? _encoder;
    private DeviceMatrix? _encodedGradient;
    private DeviceMatrix? _originalLogits;
    private DeviceMatrix? _logits;
    private AuxiliaryLayer[] _steps = [];
    private AuxiliaryLayer _outsideSteps = new();

    /// <summary>A run that has not begun.</summary>
    public DeviceRun(DeviceSimulatedTint engine, DeviceAlgebra algebra, DeviceWeights weights, TokenSequence sequence)
    {
        var configuration = engine.Configuration;
        (_engine, _algebra, _configuration, _weights) = (engine, algebra, configuration, weights);
        _tokens = new DeviceTokens(algebra.Arena, sequence, configuration.Departures);
        _encoderTokens = weights.Plan.HasEncoder ? new DeviceTokens(algebra.Arena, sequence.Encoder, configuration.Departures) : null;
        _blocks = [.. weights.Blocks];
        _memories = new DeviceBlockMemory?[_blocks.Length];
        _gradients = engine.RecordGradients ? [] : null;
        _trace = engine.RecordTrace ? [] : null;
        (_final, _encoderFinal) = (new DeviceNodes(weights.Final), new DeviceNodes(weights.EncoderFinal));
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
            Layers = [.. host.Layers.Select((layer, index) => _blocks[index].Download(layer, _weights.Blocks[index]))],
            Outside = _final.Download(_encoderFinal.Download(host.Outside)),
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
    public DeviceMatrix Embed() => _tokens.Sequence.PositionIds is null
        ? Embed(_tokens)
        : throw new RuleViolationException("the simulation on a device counts positions from 0", "position_ids", "leave them out, or simulate on the processor");

    /// <inheritdoc/>
    public DeviceMatrix EmbedEncoder() => Embed(_encoderTokens!);

    /// <inheritdoc/>
    public DeviceMatrix Again(DeviceMatrix trainedInput) => _algebra.Scaled(trainedInput, 1);

    /// <inheritdoc/>
    public DeviceMatrix Forward(int layer, DeviceMatrix input, bool keepMemory)
    {
        var (output, memory) = DeviceTransformerBlock.Forward(_algebra, _configuration, _blocks[layer], input, TokensOf(layer), _encoder);
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
        var output = _final.Forward(_algebra, _configuration, input, _tokens);
        _algebra.RequireFinite(output, "the final norm's output");
        EndedOutside(_final, PassKind.Forward, output);
        return output;
    }

    /// <inheritdoc/>
    public void Encoded(DeviceMatrix input, bool keepMemory)
    {
        var output = _encoderFinal.Forward(_algebra, _configuration, input, _encoderTokens!);
        _algebra.RequireFinite(output, "the encoder's output");
        EndedOutside(_encoderFinal, PassKind.Forward, output);
        _encoder?.Output.Dispose();
        _encoder = new DeviceEncoder(output, _encoderTokens!);
        _encodedGradient?.Dispose();
        _encodedGradient = null;
    }

    /// <inheritdoc/>
    public DeviceMatrix EncodedBackward()
    {
        var encoded = _encoder!.Output;
        var gradient = _encodedGradient ?? _algebra.Arena.Zeros(encoded.Rows, encoded.Columns);
        _encodedGradient = null;
        return OutsideBackward(_encoderFinal, gradient, _encoderTokens!);
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

        _logits = _algebra.ProductWithTransposed(output, _weights.Head);
        if (_weights.HeadBias is { } bias)
        {
            _algebra.AddBiasAndScale(_logits, bias, 1);
        }

        _algebra.RequireFinite(_logits, "the logits");
        Ended(new PassStage(PassKind.Head));
        _originalLogits ??= _logits;
    }

    /// <inheritdoc/>
    public DeviceMatrix LossGradient(DeviceMatrix output)
    {
        output.Dispose();
        var gradient = DeviceLoss.FromLogits(_algebra, _configuration, _weights.Head, _logits!, _tokens);
        Ended(new PassStage(PassKind.LossGradient));
        return gradient;
    }

    /// <inheritdoc/>
    public DeviceMatrix FinalNormBackward(DeviceMatrix gradient)
    {
        _steps = new AuxiliaryLayer[_configuration.TrainedLayers];
        return OutsideBackward(_final, gradient, _tokens);
    }

    /// <inheritdoc/>
    public DeviceMatrix Backward(int layer, DeviceMatrix gradient)
    {
        var (input, reading) = DeviceTransformerBlock.BackwardDescent(
            _algebra, _configuration, _blocks[layer], gradient, _memories[layer]!, TokensOf(layer), _encoder);
        gradient.Dispose();
        _memories[layer]!.Dispose();
        _blocks[layer].Release(_weights.Blocks[layer]);
        (_blocks[layer], _memories[layer]) = (reading.Updated, null);
        if (_gradients is not null)
        {
            _steps[layer - _blocks.Length + _steps.Length] = reading.Gradient.Download(SimulatedGradient.UntrainedLayer(_blocks[layer].Plan));
        }

        reading.Gradient.Release();
        if (reading.EncodedGradient is { } encoded)
        {
            AddEncoded(encoded);
        }

        Ended(PassKind.Backward, layer, input);
        return input;
    }

    /// <inheritdoc/>
    public void Descended(DeviceMatrix gradient)
    {
        _algebra.RequireFinite(gradient, "the gradient");
        gradient.Dispose();
        _gradients?.Add(SimulatedGradient.Of(_weights.Host, _steps, _outsideSteps));
    }

    /// <summary>Row t: row input_t of the tokens' table plus, where there is one, row t of the position table; then the nodes behind.</summary>
    private DeviceMatrix Embed(DeviceTokens tokens)
    {
        var signal = _weights.PositionEmbedding is null ? _algebra.Rows(_weights.Tokens, tokens.Ids) : EmbedWithPositions(tokens, _weights.PositionEmbedding);
        if (_weights.Embedding is not { } nodes)
        {
            return signal;
        }

        var (output, memory) = DeviceTransformerBlock.Forward(_algebra, _configuration, nodes, signal, tokens);
        memory.Dispose();
        return output;
    }

    private DeviceMatrix EmbedWithPositions(DeviceTokens tokens, DeviceMatrix positions)
    {
        var result = _algebra.Arena.Rent(tokens.Sequence.Length, positions.Columns);
        _algebra.Run(result.Length, new EmbedTokens(
            _weights.Tokens.View, _weights.Tokens.Rows, positions.View, positions.Rows, tokens.Ids, result.Rows, result.View));
        return result;
    }

    /// <summary>The encoder's blocks read a sequence of their own.</summary>
    private DeviceTokens TokensOf(int layer) => layer < _weights.Plan.EncoderBlocks ? _encoderTokens! : _tokens;

    private DeviceMatrix OutsideBackward(DeviceNodes nodes, DeviceMatrix gradient, DeviceTokens tokens)
    {
        (var input, _outsideSteps) = nodes.Backward(_algebra, _configuration, gradient, tokens, _gradients is null ? null : _outsideSteps);
        EndedOutside(nodes, PassKind.Backward, input);
        return input;
    }

    /// <summary>Adds to what the decoder's blocks have sent back since the encoder's output was made.</summary>
    private void AddEncoded(DeviceMatrix gradient)
    {
        if (_encodedGradient is null)
        {
            _encodedGradient = gradient;
            return;
        }

        _algebra.AddTo(_encodedGradient, gradient);
        gradient.Dispose();
    }

    private void EndedOutside(DeviceNodes nodes, PassKind pass, DeviceMatrix signal)
    {
        if (!nodes.AreNone)
        {
            Ended(pass, null, signal, nodes == _encoderFinal);
        }
    }

    /// <summary>A forward or backward pass through a block, or through the nodes behind the last where <paramref name="layer"/> is null, has been asked for.</summary>
    private void Ended(PassKind pass, int? layer, DeviceMatrix signal, bool ofEncoder = false)
    {
        Ended(new PassStage(pass, layer));
        _trace?.Add(new TracedSignal(TracedSignal.NameOf(_trace.Count, pass, layer, ofEncoder), DeviceArena.Download(signal)));
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
