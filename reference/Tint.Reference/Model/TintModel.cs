using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.LinearAlgebra;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>
/// A whole TinT: forward through all layers, final norm, loss gradient, backward and descent through the last trained layers, forward again
/// from the first trained layer with the updated prefixes, and so on for every SGD step.
/// </summary>
/// <remarks>Source: C24.</remarks>
public sealed class TintModel
{
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;
    private readonly BlockForward _forward;
    private readonly BlockBackward _backward;
    private readonly FinalNorm _finalNorm;
    private readonly LossGradient _loss;

    /// <summary>Constructs the TinT that simulates <paramref name="weights"/>; from now on, nobody may write them (<see cref="ConstantArrays"/>).</summary>
    /// <exception cref="RuleViolationException">The shape is not admissible, or the weights do not fit it or are not finite.</exception>
    public TintModel(TintConfiguration configuration, AuxiliaryWeights weights)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        AdmissibleShapes.Check(configuration);
        weights.Check();
        if (weights.Configuration != configuration.Auxiliary)
        {
            throw new RuleViolationException(
                "the weights must be of the configured auxiliary model", $"{weights.Configuration}", $"use weights of {configuration.Auxiliary}");
        }

        ConstantArrays.Mark(weights);
        (_configuration, _weights) = (configuration, weights);
        _forward = new BlockForward(configuration);
        _backward = new BlockBackward(configuration);
        _finalNorm = new FinalNorm(configuration);
        _loss = new LossGradient(configuration, weights.TokenEmbedding);
    }

    /// <summary>Where runs keep updated prefixes and the memory of blocks; a scratch file must stay open as long as results are read.</summary>
    public PassStorage Storage { get; init; } = new();

    /// <summary>Called at the end of every stage of a run; sequences of a batch run side by side and call it at once.</summary>
    public Action<PassStage>? Observer { get; init; }

    /// <summary>Runs a batch. Sequences do not mix: each carries and trains its own copy of the auxiliary weights.</summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="arithmetic">The arithmetic; null follows no rounding.</param>
    /// <param name="trace">Whether to keep the states behind every block.</param>
    /// <exception cref="RuleViolationException">A sequence breaks a rule, or the logits are not finite, before training or because it diverged.</exception>
    public TintResult Run(IReadOnlyList<TokenSequence> batch, Arithmetic? arithmetic = null, bool trace = false)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0)
        {
            throw new RuleViolationException("a batch must have at least one sequence", "none", "pass a sequence");
        }

        foreach (var sequence in batch)
        {
            sequence.Check(_configuration.Auxiliary);
        }

        var plan = arithmetic ?? Arithmetic.Plain;
        var results = InParallel.Select(batch, sequence => RunOne(sequence, plan, trace));
        TrackedScalar? Loss(Func<SequenceResult, Tracked> logits) =>
            ReportedLoss.Compute([.. batch.Select((sequence, i) => (sequence, logits(results[i])))], plan);
        return new TintResult(results, Loss(result => result.OriginalLogits), Loss(result => result.Logits));
    }

    private SequenceResult RunOne(TokenSequence sequence, Arithmetic arithmetic, bool trace)
    {
        var pass = new BlockPass(_configuration, sequence, arithmetic, trace || arithmetic.Tracks);
        var kept = new KeptSlots(Storage, arithmetic);
        var recorder = new TraceRecorder(trace, Observer);
        int layers = _weights.Layers.Count, firstTrained = layers - _configuration.TrainedLayers;

        // Forward through the layers that stay as they are, then through those that will be trained.
        var states = Embed(sequence, arithmetic);
        var updated = new IKept<BlockPrefixes>?[layers];
        (states, _) = Forward(states, 0, firstTrained, updated, pass, recorder, keep: null);
        var trainedInput = states;
        var normPrefixes = PrefixStack.Stack(_configuration, _weights.FinalNorm);
        (states, var memories) = Forward(
            states, firstTrained, layers, updated, pass, recorder, _configuration.SgdSteps > 0 ? kept : null);
        var (output, normMemory) = _finalNorm.Forward(states, normPrefixes, pass);
        recorder.FinalNorm(PassKind.Forward, output);
        var logits = _loss.Logits(output.Tokens[0], sequence.Length, arithmetic);
        recorder.Ended(PassKind.Head);
        var original = logits;
        Require.Finite(original.Value, "the logits before training");

        for (var step = 0; step < _configuration.SgdSteps; step++)
        {
            var gradient = _loss.Run(output.Tokens[0], logits, sequence, arithmetic);
            recorder.Ended(PassKind.LossGradient);
            states = _finalNorm.Backward(output with { Tokens = output.Tokens.With(0, gradient) }, normPrefixes, normMemory, pass);
            normPrefixes = states.Prefixes;
            recorder.FinalNorm(PassKind.Backward, states, normPrefixes);
            for (var layer = layers - 1; layer >= firstTrained; layer--)
            {
                (states, var prefixes) = _backward.Run(states, Load(updated, layer), memories[layer]!.Load(), pass);
                updated[layer]?.Release();
                memories[layer]!.Release();
                (updated[layer], memories[layer]) = (kept.Keep(prefixes), null);
                recorder.Backward(layer, states, prefixes);
            }

            (states, memories) = Forward(
                trainedInput, firstTrained, layers, updated, pass, recorder, step + 1 < _configuration.SgdSteps ? kept : null);
            (output, normMemory) = _finalNorm.Forward(states, normPrefixes, pass);
            recorder.FinalNorm(PassKind.Forward, output);
            logits = _loss.Logits(output.Tokens[0], sequence.Length, arithmetic);
            recorder.Ended(PassKind.Head);
            Divergence.Check(logits.Value, $"the logits after SGD step {step + 1}");
        }

        return new SequenceResult(() => _weights with
        {
            Layers = StreamedLayers.After(_weights, Storage.Weights, layer => updated[layer]?.Load().Unstack(_configuration)),
            FinalNorm = PrefixStack.UnstackNorm(_configuration, normPrefixes),
        })
        {
            OriginalLogits = original,
            Logits = logits,
            Trace = recorder.Entries,
        };
    }

    /// <summary>A layer's prefixes: as a descent left them or, until one has, stacked from the auxiliary weights each time they are needed.</summary>
    private BlockPrefixes Load(IKept<BlockPrefixes>?[] updated, int layer) =>
        updated[layer]?.Load() ?? BlockPrefixes.Stack(_configuration, _weights.Layers[layer]);

    /// <summary>Forward through some layers; <paramref name="keep"/> keeps their memory, where a backward pass follows.</summary>
    private (HiddenStates States, IKept<BlockMemory>?[] Memories) Forward(
        HiddenStates states, int first, int end, IKept<BlockPrefixes>?[] updated, BlockPass pass, TraceRecorder recorder, KeptSlots? keep)
    {
        var memories = new IKept<BlockMemory>?[end];
        for (var layer = first; layer < end; layer++)
        {
            (states, var memory) = _forward.Run(states, Load(updated, layer), pass, keepMemory: keep is not null);
            memories[layer] = memory is null ? null : keep!.Keep(memory);
            recorder.Forward(layer, states);
        }

        return (states, memories);
    }

    private HiddenStates Embed(TokenSequence sequence, Arithmetic arithmetic)
    {
        int width = _configuration.Auxiliary.HiddenSize, slots = _configuration.RowsPerPrefix + 1;
        var tokens = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(
            sequence.Length, width, (t, column) => _weights.TokenEmbedding.At(sequence.InputIds[t], column));
        var positions = _weights.PositionEmbedding.SubMatrix(0, sequence.Length, 0, width);
        var signal = arithmetic.Add(new Tracked(tokens), new Tracked(positions));
        return new HiddenStates(
            Slots.Zero(_configuration.PrefixCount, width, slots), Slots.Zero(sequence.Length, width, slots).With(0, signal));
    }
}
