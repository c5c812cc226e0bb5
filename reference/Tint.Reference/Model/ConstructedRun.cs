using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>One sequence's passes through the construction.</summary>
/// <remarks>Source: C24.</remarks>
internal sealed class ConstructedRun : IPassReading<HiddenStates>
{
    private readonly ConstructedTint _tint;
    private readonly ConstructedModel _modules;
    private readonly TokenSequence _sequence;
    private readonly Arithmetic _arithmetic;
    private readonly BlockPlan _plan;
    private readonly BlockPass _pass;
    private readonly KeptSlots _kept;
    private readonly TraceRecorder _recorder;
    private readonly IKept<BlockPrefixes>?[] _updated;
    private readonly IKept<Placed<Slots>>?[] _memories;
    private Slots _normPrefixes;
    private Slots? _normMemory;
    private Tracked? _original;
    private Tracked? _logits;

    public ConstructedRun(ConstructedTint tint, ConstructedModel modules, TokenSequence sequence, Arithmetic arithmetic, bool trace)
    {
        (_tint, _modules, _sequence, _arithmetic) = (tint, modules, sequence, arithmetic);
        _plan = BlockPlan.Of(tint.Configuration.Auxiliary);
        _pass = new BlockPass(tint.Configuration, sequence.InDescents(tint.Configuration.Departures), arithmetic, trace || arithmetic.Tracks);
        _kept = new KeptSlots(tint.Storage, arithmetic);
        _recorder = new TraceRecorder(trace, tint.Observer);
        _updated = new IKept<BlockPrefixes>?[tint.Weights.Layers.Count];
        _memories = new IKept<Placed<Slots>>?[tint.Weights.Layers.Count];
        _normPrefixes = PrefixStack.Stack(tint.Configuration, tint.Weights.FinalNorm);
    }

    /// <summary>Runs all passes. The result holds the engine and what descents wrote, nothing else of the run.</summary>
    public TrackedResult Run()
    {
        Pass.Run(_tint.Configuration, this);
        return Result(_tint, _updated, _normPrefixes, _original!, _logits!, _recorder.Entries);
    }

    /// <inheritdoc/>
    public HiddenStates Embed()
    {
        var (configuration, weights) = (_tint.Configuration, _tint.Weights);
        int width = configuration.Auxiliary.HiddenSize, slots = configuration.RowsPerPrefix + 1;
        var tokens = Matrix<double>.Build.Dense(
            _sequence.Length, width, (t, column) => weights.TokenEmbedding.At(_sequence.InputIds[t], column));
        var positions = weights.PositionEmbedding.SubMatrix(0, _sequence.Length, 0, width);
        var signal = _arithmetic.Add(new Tracked(tokens), new Tracked(positions));
        return new HiddenStates(
            Slots.Zero(configuration.PrefixCount, width, slots), Slots.Zero(_sequence.Length, width, slots).With(0, signal));
    }

    /// <inheritdoc/>
    public HiddenStates Forward(int layer, HiddenStates input, bool keepMemory)
    {
        var (states, memory) = _modules.Forward.Run(input, Load(layer), _pass, keepMemory);
        _memories[layer] = memory is null ? null : _kept.Keep(memory, _plan);
        _recorder.Forward(layer, states);
        return states;
    }

    /// <inheritdoc/>
    public HiddenStates FinalNorm(HiddenStates input)
    {
        (var output, _normMemory) = _modules.FinalNorm.Forward(input, _normPrefixes, _pass);
        _recorder.FinalNorm(PassKind.Forward, output);
        return output;
    }

    /// <inheritdoc/>
    public void Head(HiddenStates output, int step)
    {
        _logits = _modules.Loss.Logits(output.Tokens[0], _sequence.Length, _arithmetic);
        _recorder.Ended(PassKind.Head);
        if (step == 0)
        {
            _original = _logits;
            Require.Finite(_logits.Value, "the logits before training");
        }
        else
        {
            Divergence.Check(_logits.Value, $"the logits after SGD step {step}");
        }
    }

    /// <inheritdoc/>
    public HiddenStates LossGradient(HiddenStates output)
    {
        var gradient = _modules.Loss.Run(output.Tokens[0], _logits!, _sequence, _arithmetic);
        _recorder.Ended(PassKind.LossGradient);
        return output with { Tokens = output.Tokens.With(0, gradient) };
    }

    /// <inheritdoc/>
    public HiddenStates FinalNormBackward(HiddenStates gradient)
    {
        var states = _modules.FinalNorm.Backward(gradient, _normPrefixes, _normMemory!, _pass);
        _normPrefixes = states.Prefixes;
        _recorder.FinalNorm(PassKind.Backward, states, _normPrefixes);
        return states;
    }

    /// <inheritdoc/>
    public HiddenStates Backward(int layer, HiddenStates gradient)
    {
        var (states, prefixes) = _modules.Backward.Run(gradient, Load(layer), _memories[layer]!.Load(), _pass);
        _updated[layer]?.Release();
        _memories[layer]!.Release();
        (_updated[layer], _memories[layer]) = (_kept.Keep(prefixes), null);
        _recorder.Backward(layer, states, prefixes);
        return states;
    }

    /// <inheritdoc/>
    public void Descended(HiddenStates gradient)
    {
    }

    /// <summary>A layer's prefixes: as a descent left them or, until one has, stacked from the auxiliary weights each time they are needed.</summary>
    private BlockPrefixes Load(int layer) =>
        _updated[layer]?.Load() ?? BlockPrefixes.Stack(_tint.Configuration, _tint.Weights.Layers[layer]);

    private static TrackedResult Result(
        ConstructedTint tint, IKept<BlockPrefixes>?[] updated, Slots normPrefixes, Tracked original, Tracked logits, IReadOnlyList<TraceEntry> trace) =>
        new(() => tint.Weights with
        {
            Layers = StreamedLayers.After(tint.Weights, tint.Storage.Weights, layer => updated[layer]?.Load().Unstack(tint.Configuration)),
            FinalNorm = PrefixStack.UnstackNorm(tint.Configuration, normPrefixes),
        })
        {
            OriginalLogits = original,
            Logits = logits,
            Trace = trace,
        };
}
