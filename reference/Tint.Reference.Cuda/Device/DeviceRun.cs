using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Cuda.Kernels;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Reference.Cuda.Device;

/// <summary>One sequence's passes through the model on a device, as <see cref="SimulatedRun"/> makes them on the host.</summary>
internal sealed class DeviceRun
{
    private readonly DeviceSimulatedTint _engine;
    private readonly DeviceAlgebra _algebra;
    private readonly TintConfiguration _configuration;
    private readonly DeviceWeights _weights;
    private readonly DeviceTokens _tokens;
    private readonly int _firstTrained;
    private readonly DeviceBlockWeights[] _blocks;
    private readonly DeviceBlockMemory?[] _memories;

    // The input of the lowest trained block, from which every later forward pass starts, [T × D_aux].
    private readonly DeviceMatrix _firstTrainedInput;
    private readonly List<AuxiliaryWeights>? _gradients;
    private readonly List<TracedSignal>? _trace;
    private DeviceNormLayer _finalNorm;
    private DeviceMatrix _output;
    private DeviceNormMemory _finalMemory;

    /// <summary>Runs the first forward pass.</summary>
    public DeviceRun(DeviceSimulatedTint engine, DeviceAlgebra algebra, DeviceWeights weights, TokenSequence sequence)
    {
        var configuration = engine.Configuration;
        (_engine, _algebra, _configuration, _weights) = (engine, algebra, configuration, weights);
        _tokens = new DeviceTokens(algebra.Arena, sequence);
        _firstTrained = configuration.Auxiliary.LayerCount - configuration.TrainedLayers;
        _blocks = [.. weights.Blocks];
        _memories = new DeviceBlockMemory?[_blocks.Length];
        _gradients = engine.RecordGradients ? [] : null;
        _trace = engine.RecordTrace ? [] : null;
        _finalNorm = weights.FinalNorm;

        var x = Embedded();
        for (var index = 0; index < _firstTrained; index++)
        {
            (x, var memory) = DeviceTransformerBlock.Forward(algebra, configuration, _blocks[index], x, _tokens);
            memory.Dispose();
            Ended(PassKind.Forward, index, x);
        }

        _firstTrainedInput = x;
        (_output, _finalMemory) = ForwardTrained();
    }

    /// <summary>Takes the steps and brings the results to the host.</summary>
    public TintResult Run()
    {
        var originalLogits = Logits();
        var logits = originalLogits;
        for (var step = 1; step <= _configuration.SgdSteps; step++)
        {
            Step(logits);
            (_output, _finalMemory) = ForwardTrained();
            if (step == _configuration.SgdSteps || SimulatedLoss.NeedsLogits(_configuration.Loss))
            {
                if (logits != originalLogits)
                {
                    logits.Dispose();
                }

                logits = Logits();
            }
        }

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

    /// <summary>Row t: row input_t of E plus row t of the position table.</summary>
    private DeviceMatrix Embedded()
    {
        DeviceMatrix embedding = _weights.TokenEmbedding, positions = _weights.PositionEmbedding;
        var result = _algebra.Arena.Rent(_tokens.Sequence.Length, embedding.Columns);
        _algebra.Run(result.Length, new EmbedTokens(
            embedding.View, embedding.Rows, positions.View, positions.Rows, _tokens.Ids, result.Rows, result.View));
        return result;
    }

    /// <summary>Forward through the trained blocks and the final norm, with the weights as they are now.</summary>
    private (DeviceMatrix Output, DeviceNormMemory Memory) ForwardTrained()
    {
        var x = _algebra.Scaled(_firstTrainedInput, 1);
        for (var index = _firstTrained; index < _blocks.Length; index++)
        {
            (x, _memories[index]) = DeviceTransformerBlock.Forward(_algebra, _configuration, _blocks[index], x, _tokens);
            Ended(PassKind.Forward, index, x);
        }

        var (output, memory) = DeviceLayerNorm.Forward(_algebra, _configuration, _finalNorm, x);
        _algebra.RequireFinite(output, "the final norm's output");
        Ended(PassKind.Forward, null, output);
        return (output, memory);
    }

    /// <summary>One loss gradient and the backward and descent passes from the final norm to the lowest trained block.</summary>
    private void Step(DeviceMatrix logits)
    {
        _output.Dispose();
        using var lossGradient = DeviceLoss.FromLogits(_algebra, _configuration, _weights.TokenEmbedding, logits, _tokens);
        Ended(new PassStage(PassKind.LossGradient));
        var (norm, normStep) = DeviceLayerNorm.Descent(_algebra, _configuration, _finalNorm, lossGradient, _finalMemory, _tokens);
        var gradient = DeviceLayerNorm.Backward(_algebra, _configuration, _finalNorm, lossGradient, _finalMemory);
        _finalMemory.Dispose();
        if (_finalNorm != _weights.FinalNorm)
        {
            _finalNorm.Dispose();
        }

        _finalNorm = norm;
        Ended(PassKind.Backward, null, gradient);
        var steps = new AuxiliaryLayer[_blocks.Length - _firstTrained];
        for (var index = _blocks.Length - 1; index >= _firstTrained; index--)
        {
            var above = gradient;
            (gradient, var updated, var step) = DeviceTransformerBlock.BackwardDescent(
                _algebra, _configuration, _blocks[index], above, _memories[index]!, _tokens);
            above.Dispose();
            _memories[index]!.Dispose();
            if (_blocks[index] != _weights.Blocks[index])
            {
                _blocks[index].ReleaseTrained();
            }

            _blocks[index] = updated;
            if (_gradients is not null)
            {
                steps[index - _firstTrained] = step.Download(SimulatedGradient.UntrainedLayer(_configuration.Auxiliary));
            }

            step.ReleaseTrained();
            Ended(PassKind.Backward, index, gradient);
        }

        _algebra.RequireFinite(gradient, "the gradient");
        gradient.Dispose();
        _gradients?.Add(SimulatedGradient.Of(_configuration.Auxiliary, steps, normStep.Download()));
        normStep.Dispose();
    }

    /// <summary>E y, [T × V].</summary>
    private DeviceMatrix Logits()
    {
        var logits = _algebra.ProductWithTransposed(_output, _weights.TokenEmbedding);
        _algebra.RequireFinite(logits, "the logits");
        Ended(new PassStage(PassKind.Head));
        return logits;
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
