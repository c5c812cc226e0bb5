using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Keeping;
using Tint.Reference.LinearAlgebra;
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
    private readonly ModelPlan _plan;
    private readonly BlockPass _pass;
    private readonly BlockPass? _encoderPass;
    private readonly KeptSlots _kept;
    private readonly TraceRecorder _recorder;
    private readonly IKept<BlockPrefixes>?[] _updated;
    private readonly IKept<BlockPrefixes>?[] _previous;
    private readonly IKept<Placed<Slots>>?[] _memories;
    private readonly ConstructedNodes _final;
    private readonly ConstructedNodes _encoderFinal;
    private Slots? _encoded;
    private Tracked? _encodedGradient;
    private Tracked? _original;
    private Tracked? _logits;

    public ConstructedRun(ConstructedTint tint, ConstructedModel modules, TokenSequence sequence, Arithmetic arithmetic, bool trace)
    {
        (_tint, _modules, _sequence, _arithmetic) = (tint, modules, sequence, arithmetic);
        _plan = tint.Plan;
        _pass = new BlockPass(tint.Configuration, sequence.InDescents(tint.Configuration.Departures), arithmetic, trace || arithmetic.Tracks);
        _encoderPass = _plan.HasEncoder ? _pass with { Sequence = sequence.Encoder } : null;
        _kept = new KeptSlots(tint.Storage, arithmetic);
        _recorder = new TraceRecorder(trace, tint.Observer);
        _updated = new IKept<BlockPrefixes>?[tint.Weights.Layers.Count];
        _previous = new IKept<BlockPrefixes>?[tint.Weights.Layers.Count];
        _memories = new IKept<Placed<Slots>>?[tint.Weights.Layers.Count];
        _final = new ConstructedNodes(tint, modules, _plan.Final);
        _encoderFinal = new ConstructedNodes(tint, modules, _plan.EncoderFinal);
    }

    /// <summary>Runs all passes. The result holds the engine and what descents wrote, nothing else of the run.</summary>
    public TrackedResult Run()
    {
        Pass.Run(_tint.Configuration, this);
        return Result(_tint, _updated, [_final.Updated, _encoderFinal.Updated], _original!, _logits!, _recorder.Entries);
    }

    /// <inheritdoc/>
    public HiddenStates Embed() => Embed(_pass);

    /// <inheritdoc/>
    public HiddenStates EmbedEncoder() => Embed(_encoderPass!);

    /// <inheritdoc/>
    public HiddenStates Forward(int layer, HiddenStates input, bool keepMemory)
    {
        var (states, memory) = _modules.Forward.Run(_plan.Blocks[layer], input, Load(layer), PassOf(layer), keepMemory, _encoded);
        _memories[layer] = memory is null ? null : _kept.Keep(memory, _plan.Blocks[layer]);
        _recorder.Forward(layer, states);
        return states;
    }

    /// <inheritdoc/>
    public HiddenStates FinalNorm(HiddenStates input) => Outside(_final, input, _pass);

    /// <inheritdoc/>
    /// <remarks>Of the encoder's output the decoder's blocks read the signal alone.</remarks>
    public void Encoded(HiddenStates input, bool keepMemory)
    {
        var tokens = Outside(_encoderFinal, input, _encoderPass!).Tokens;
        (_encoded, _encodedGradient) = (Slots.Zero(tokens.RowCount, tokens.Width, tokens.Count).With(0, tokens[0]), null);
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
        gradient = _modules.Mean is { } mean ? mean.Run(gradient, output, _sequence, _arithmetic) : gradient;
        _recorder.Ended(PassKind.LossGradient);
        return output with { Tokens = output.Tokens.With(0, gradient) };
    }

    /// <inheritdoc/>
    public HiddenStates FinalNormBackward(HiddenStates gradient) => OutsideBackward(_final, gradient, _pass);

    /// <inheritdoc/>
    public HiddenStates EncodedBackward() => OutsideBackward(_encoderFinal, States(_encodedGradient, _encoderPass!.Sequence.Length), _encoderPass);

    /// <inheritdoc/>
    public HiddenStates Backward(int layer, HiddenStates gradient)
    {
        var pass = PassOf(layer) with { Configuration = _tint.Configuration.OfLayer(layer) };
        var (states, prefixes, encoded) = _modules.Backward(pass.Configuration).Run(
            _plan.Blocks[layer], gradient, Load(layer), _memories[layer]!.Load(), pass, pass.HasMomentum ? Previous(layer) : null);
        if (pass.HasMomentum)
        {
            _previous[layer]?.Release();
            _previous[layer] = _updated[layer];
        }
        else
        {
            _updated[layer]?.Release();
        }

        _memories[layer]!.Release();
        (_updated[layer], _memories[layer]) = (_kept.Keep(prefixes), null);
        _encodedGradient = _arithmetic.Add(_encodedGradient, encoded);
        _recorder.Backward(layer, states, prefixes);
        return states;
    }

    /// <inheritdoc/>
    public void Descended(HiddenStates gradient)
    {
    }

    private HiddenStates Embed(BlockPass pass)
    {
        var (weights, length, width) = (_tint.Weights, pass.Sequence.Length, _tint.Configuration.Auxiliary.HiddenSize);
        var signal = new Tracked(ColumnMajor.Rows(_modules.Tables.Tokens, [.. pass.Sequence.InputIds]));
        if (weights.HasPositions)
        {
            signal = _arithmetic.Add(signal, new Tracked(Matrix<double>.Build.Dense(length, width, (t, column) => weights.PositionEmbedding.At(pass.Sequence.PositionOf(t), column))));
        }

        return new ConstructedNodes(_tint, _modules, _plan.Embedding).Forward(States(signal, length), pass);
    }

    /// <summary>A signal, with nothing beside it.</summary>
    private HiddenStates States(Tracked? signal, int length)
    {
        var (configuration, width) = (_tint.Configuration, _tint.Configuration.Auxiliary.HiddenSize);
        var slots = configuration.RowsPerPrefix + 1;
        return new(Slots.Zero(configuration.PrefixCount, width, slots), Slots.Zero(length, width, slots).With(0, signal));
    }

    /// <summary>The encoder's blocks read a sequence of their own.</summary>
    private BlockPass PassOf(int layer) => layer < _plan.EncoderBlocks ? _encoderPass! : _pass;

    private HiddenStates Outside(ConstructedNodes nodes, HiddenStates input, BlockPass pass)
    {
        var output = nodes.Forward(input, pass);
        if (!nodes.IsEmpty)
        {
            _recorder.Outside(PassKind.Forward, nodes == _encoderFinal, output, []);
        }

        return output;
    }

    private HiddenStates OutsideBackward(ConstructedNodes nodes, HiddenStates gradient, BlockPass pass)
    {
        var input = nodes.Backward(gradient, pass);
        if (!nodes.IsEmpty)
        {
            _recorder.Outside(PassKind.Backward, nodes == _encoderFinal, input, nodes.Prefixes.InOrder());
        }

        return input;
    }

    /// <summary>A layer's prefixes: as a descent left them or, until one has, stacked from the auxiliary weights each time they are needed.</summary>
    private BlockPrefixes Load(int layer) => _updated[layer]?.Load() ?? Stacked(layer);

    /// <summary>What a layer's prefixes held before the last descent; before the second there was none, and they held what they hold.</summary>
    private BlockPrefixes Previous(int layer) => _previous[layer]?.Load() ?? Stacked(layer);

    private BlockPrefixes Stacked(int layer) => BlockPrefixes.Stack(_tint.Configuration, _plan.Blocks[layer], _tint.Weights.Layers[layer]);

    private static TrackedResult Result(
        ConstructedTint tint,
        IKept<BlockPrefixes>?[] updated,
        IReadOnlyList<Func<AuxiliaryLayer, AuxiliaryLayer>> outside,
        Tracked original,
        Tracked logits,
        IReadOnlyList<TraceEntry> trace) =>
        new(() => tint.Weights with
        {
            Layers = UpdatedLayers.Of(
                tint.Weights, tint.Storage.Weights, layer => updated[layer]?.Load().Unstack(tint.Configuration, tint.Plan.Blocks[layer])),
            Outside = outside.Aggregate(tint.Weights.Outside, static (layer, update) => update(layer)),
        })
        {
            OriginalLogits = original,
            Logits = logits,
            Trace = trace,
        };
}
