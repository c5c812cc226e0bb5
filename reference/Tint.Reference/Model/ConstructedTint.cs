using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.Modules.Loss;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>
/// A whole TinT: forward through all layers, final norm, loss gradient, backward and descent through the last trained layers, forward again
/// from the first trained layer with the updated prefixes, and so on for every SGD step.
/// </summary>
/// <remarks>Source: C24.</remarks>
public sealed class ConstructedTint : TintEngine
{
    private readonly BlockPlan _plan;
    private readonly BlockForward _forward;
    private readonly BlockBackward _backward;
    private readonly FinalNorm _finalNorm;
    private readonly LossGradient _loss;

    /// <summary>Constructs the TinT that simulates <paramref name="weights"/>; from now on, nobody may write them.</summary>
    /// <inheritdoc cref="TintEngine(TintConfiguration, AuxiliaryWeights)" path="/exception"/>
    public ConstructedTint(TintConfiguration configuration, AuxiliaryWeights weights)
        : base(configuration, weights)
    {
        _plan = BlockPlan.Of(configuration.Auxiliary);
        _forward = new BlockForward(configuration);
        _backward = new BlockBackward(configuration);
        _finalNorm = new FinalNorm(configuration);
        _loss = new LossGradient(configuration, weights.TokenEmbedding);
    }

    /// <inheritdoc/>
    public override string Name => "construction";

    /// <summary>Where runs keep updated prefixes and the memory of blocks; a scratch file must stay open as long as results are read.</summary>
    public PassStorage Storage { get; init; } = new();

    /// <summary>Runs a batch in an arithmetic that may follow rounding, for those who judge numbers.</summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="arithmetic">The arithmetic.</param>
    /// <param name="trace">Whether to keep the hidden states behind every block.</param>
    /// <exception cref="RuleViolationException">
    /// The batch is empty, a sequence breaks a rule, or the logits are not finite, before training or because it diverged.
    /// </exception>
    public TrackedBatchResult RunTracked(IReadOnlyList<TokenSequence> batch, Arithmetic arithmetic, bool trace = false)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        Check(batch);
        var results = InParallel.Select(batch, sequence => RunOne(sequence, arithmetic, trace));
        TrackedScalar? Loss(Func<TrackedResult, Tracked> logits) =>
            ReportedLoss.Compute([.. batch.Select((sequence, i) => (sequence, logits(results[i])))], arithmetic);
        return new TrackedBatchResult(results, Loss(result => result.OriginalLogits), Loss(result => result.Logits));
    }

    /// <inheritdoc/>
    internal override TintResult RunChecked(TokenSequence sequence)
    {
        var result = RunOne(sequence, Arithmetic.Plain, RecordTrace);
        return new TintResult(this, sequence, () => result.UpdatedWeights)
        {
            OriginalLogits = result.OriginalLogits.Value,
            Logits = result.Logits.Value,
            OriginalLossSum = Loss(result.OriginalLogits),
            FinalLossSum = Loss(result.Logits),
            Trace = [.. result.Trace.Select(entry => new TracedSignal(entry.Name, entry.States.Tokens[0]!.Value))],
        };

        LossSum Loss(Tracked logits)
        {
            var (sum, _, count) = ReportedLoss.Sum([(sequence, logits)], Arithmetic.Plain);
            return new LossSum(sum, count);
        }
    }

    private TrackedResult RunOne(TokenSequence sequence, Arithmetic arithmetic, bool trace)
    {
        var pass = new BlockPass(Configuration, sequence, arithmetic, trace || arithmetic.Tracks);
        var kept = new KeptSlots(Storage, arithmetic);
        var recorder = new TraceRecorder(trace, Observer);
        int layers = Weights.Layers.Count, firstTrained = layers - Configuration.TrainedLayers;

        // Forward through the layers that stay as they are, then through those that will be trained.
        var states = Embed(sequence, arithmetic);
        var updated = new IKept<BlockPrefixes>?[layers];
        (states, _) = Forward(states, 0, firstTrained, updated, pass, recorder, keep: null);
        var trainedInput = states;
        var normPrefixes = PrefixStack.Stack(Configuration, Weights.FinalNorm);
        (states, var memories) = Forward(
            states, firstTrained, layers, updated, pass, recorder, Configuration.SgdSteps > 0 ? kept : null);
        var (output, normMemory) = _finalNorm.Forward(states, normPrefixes, pass);
        recorder.FinalNorm(PassKind.Forward, output);
        var logits = _loss.Logits(output.Tokens[0], sequence.Length, arithmetic);
        recorder.Ended(PassKind.Head);
        var original = logits;
        Require.Finite(original.Value, "the logits before training");

        for (var step = 0; step < Configuration.SgdSteps; step++)
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
                trainedInput, firstTrained, layers, updated, pass, recorder, step + 1 < Configuration.SgdSteps ? kept : null);
            (output, normMemory) = _finalNorm.Forward(states, normPrefixes, pass);
            recorder.FinalNorm(PassKind.Forward, output);
            logits = _loss.Logits(output.Tokens[0], sequence.Length, arithmetic);
            recorder.Ended(PassKind.Head);
            Divergence.Check(logits.Value, $"the logits after SGD step {step + 1}");
        }

        return new TrackedResult(() => Weights with
        {
            Layers = StreamedLayers.After(Weights, Storage.Weights, layer => updated[layer]?.Load().Unstack(Configuration)),
            FinalNorm = PrefixStack.UnstackNorm(Configuration, normPrefixes),
        })
        {
            OriginalLogits = original,
            Logits = logits,
            Trace = recorder.Entries,
        };
    }

    /// <summary>A layer's prefixes: as a descent left them or, until one has, stacked from the auxiliary weights each time they are needed.</summary>
    private BlockPrefixes Load(IKept<BlockPrefixes>?[] updated, int layer) =>
        updated[layer]?.Load() ?? BlockPrefixes.Stack(Configuration, Weights.Layers[layer]);

    /// <summary>Forward through some layers; <paramref name="keep"/> keeps their memory, where a backward pass follows.</summary>
    private (HiddenStates States, IKept<Placed<Slots>>?[] Memories) Forward(
        HiddenStates states, int first, int end, IKept<BlockPrefixes>?[] updated, BlockPass pass, TraceRecorder recorder, KeptSlots? keep)
    {
        var memories = new IKept<Placed<Slots>>?[end];
        for (var layer = first; layer < end; layer++)
        {
            (states, var memory) = _forward.Run(states, Load(updated, layer), pass, keepMemory: keep is not null);
            memories[layer] = memory is null ? null : keep!.Keep(memory, _plan);
            recorder.Forward(layer, states);
        }

        return (states, memories);
    }

    private HiddenStates Embed(TokenSequence sequence, Arithmetic arithmetic)
    {
        int width = Configuration.Auxiliary.HiddenSize, slots = Configuration.RowsPerPrefix + 1;
        var tokens = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(
            sequence.Length, width, (t, column) => Weights.TokenEmbedding.At(sequence.InputIds[t], column));
        var positions = Weights.PositionEmbedding.SubMatrix(0, sequence.Length, 0, width);
        var signal = arithmetic.Add(new Tracked(tokens), new Tracked(positions));
        return new HiddenStates(
            Slots.Zero(Configuration.PrefixCount, width, slots), Slots.Zero(sequence.Length, width, slots).With(0, signal));
    }
}
