using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Engines;
using Tint.Reference.Input;
using Tint.Reference.Losses;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>
/// A whole TinT of any plan that records every named intermediate in the order in which data flows, in the auxiliary model's own shapes, and that can go on from another
/// implementation's numbers in place of its own: each step is then judged on the inputs that this implementation had.
/// </summary>
/// <remarks>
/// <para>
/// Names: <c>embedding</c>, <c>encoder.embedding</c>; in pass p <c>forwardP.layerL.</c> with the places of the plan, in GPT-2's <c>attention.norm</c>,
/// <c>attention.query</c>, <c>attention.key</c>, <c>attention.heads</c>, <c>attention.output</c>, <c>mlp.norm</c>, <c>mlp.inner</c>, <c>mlp.activation</c>,
/// <c>mlp.outer</c>; <c>forwardP.final_norm</c>, <c>forwardP.logits</c>. In step s <c>backwardS.loss_gradient</c>, <c>backwardS.final_norm</c>, and
/// <c>backwardS.layerL.</c> with the gradient at the input of the module of that name (<c>attention.heads</c>: at the values).
/// <c>updatedS.layerL.attention.value.weight</c> is what the step left of a parameter.
/// </para>
/// <para>
/// The sums at residual connections are <c>residual</c>, <c>residual1</c>, … and, of the last, <c>output</c>, backward <c>input</c>; those of branches <c>branches</c>.
/// Layers are counted through encoder and decoder.
/// </para>
/// <para>Signals are [T × D_aux] (<c>mlp.inner</c> and <c>mlp.activation</c> [T × inner]), weights [out × in].</para>
/// </remarks>
internal sealed class TracedTint : IPassReading<Matrix<double>>
{
    private readonly TintConfiguration _configuration;
    private readonly AuxiliaryWeights _weights;
    private readonly ModelPlan _plan;
    private readonly EndTables _tables;
    private readonly TokenSequence _sequence;
    private readonly TraceRecorder _recorder;
    private readonly AuxiliaryLayer[] _layers;
    private readonly BlockMemory?[] _memories;
    private AuxiliaryLayer _outside;
    private BlockMemory? _finalMemory;
    private BlockMemory? _encoderMemory;
    private Matrix<double>? _encoded;
    private Matrix<double>? _encodedGradient;
    private int _pass;
    private int _step;

    private TracedTint(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence, TraceRecorder recorder)
    {
        (_configuration, _weights, _sequence, _recorder) = (configuration, weights, sequence, recorder);
        (_plan, _tables, _layers, _outside) = (weights.Plan, EndTables.Of(weights), [.. weights.Layers], weights.Outside);
        _memories = new BlockMemory?[_layers.Length];
    }

    /// <summary>The steps of a batch, sequence by sequence.</summary>
    /// <param name="configuration">The TinT.</param>
    /// <param name="weights">The auxiliary weights.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="given">By name and sequence, the numbers to go on from; null for the reference's own.</param>
    /// <param name="modules">What computes the modules of the published code; null for the closed form.</param>
    /// <param name="arithmetic">What the literal construction computes with in the place of both; null for these.</param>
    public static (IReadOnlyList<TraceStep> Steps, IReadOnlyList<TraceStep> Summands) Walk(
        TintConfiguration configuration,
        AuxiliaryWeights weights,
        IReadOnlyList<TokenSequence> batch,
        Func<string, int, Matrix<double>?>? given = null,
        ITintModules? modules = null,
        Arithmetic? arithmetic = null)
    {
        var (steps, summands) = (new List<TraceStep>(), new List<TraceStep>());
        for (var index = 0; index < batch.Count; index++)
        {
            batch[index].Check(configuration.Auxiliary);
            Pass.Run(configuration, new TracedTint(configuration, weights, batch[index], new TraceRecorder(steps, summands, index, given, modules, arithmetic)));
        }

        return (steps, summands);
    }

    /// <inheritdoc/>
    public Matrix<double> Embed() => Embed(_sequence, "embedding");

    /// <inheritdoc/>
    public Matrix<double> EmbedEncoder() => Embed(SequenceOf(0), "encoder.embedding");

    /// <inheritdoc/>
    public Matrix<double> Forward(int layer, Matrix<double> input, bool keepMemory)
    {
        (var output, _memories[layer]) = Forward($"forward{_pass}.layer{layer}.", _plan.Blocks[layer], _layers[layer], input, SequenceOf(layer));
        return output;
    }

    /// <inheritdoc/>
    public Matrix<double> FinalNorm(Matrix<double> input)
    {
        (var output, _finalMemory) = Outside(_plan.Final, input);
        return output;
    }

    /// <inheritdoc/>
    public void Encoded(Matrix<double> input, bool keepMemory)
    {
        (_encoded, _encoderMemory) = Outside(_plan.EncoderFinal, input);
        _encodedGradient = null;
    }

    /// <inheritdoc/>
    public void Head(Matrix<double> output, int step)
    {
        var (head, bias) = (_tables.Head, _tables.HeadBias);
        Matrix<double> Logits(Matrix<double> y) => bias is null
            ? y.TransposeAndMultiply(head)
            : y.TransposeAndMultiply(head).MapIndexed((_, v, value) => value + bias[v], Zeros.Include);
        var value = _recorder.Rounded(Logits(output));
        var described = EndSteps.Logits(
            new TraceStep
            {
                Name = $"forward{_pass}.logits",
                Module = "head",
                Sequence = _recorder.Sequence,
                Value = value,
                Parts = bias is null ? [new StepPart("E y", value)] : StepParts.Biased("E y", "b", bias, value),
                Bound = (_, unit) => new Bounded(value, (output.ColumnCount + Projected + 4) * unit * output.PointwiseAbs().TransposeAndMultiply(head.PointwiseAbs())
                    .MapIndexed((_, v, size) => size + (bias is null ? 0 : Math.Abs(bias[v])), Zeros.Include)),
            },
            output,
            Logits);
        _recorder.Give(described with
        {
            Mistakes =
            [
                .. described.Mistakes,
                .. _plan.HeadScale == 1 ? [] : new[] { ("head.unscaled", "The head's input is not scaled.", (Func<Matrix<double>>)(() => Logits(output / _plan.HeadScale))) },
                .. _plan.IsTied ? [] : new[] { ("head.tied", "The head's weight is the token embedding, of a model that has a head of its own.", (Func<Matrix<double>>)(() => output.TransposeAndMultiply(_tables.Tokens))) },
            ],
        });
    }

    /// <inheritdoc/>
    public Matrix<double> LossGradient(Matrix<double> output)
    {
        Matrix<double> Of(Matrix<double> y, TintConfiguration configuration) => SimulatedLoss.FromLogits(
            configuration,
            _tables.Head,
            !LossFunction.Of(configuration.Loss).ReadsLogits ? null
                : _tables.HeadBias is { } bias ? y.TransposeAndMultiply(_tables.Head).MapIndexed((_, v, value) => value + bias[v], Zeros.Include)
                : y.TransposeAndMultiply(_tables.Head),
            _sequence);
        Matrix<double> By(ITintModules? tint, TintConfiguration configuration) =>
            tint is null || _tables.HeadBias is not null ? Of(output, configuration) : tint.LossGradient(configuration, _tables.Head, output, _sequence);
        var value = _recorder.Arithmetic is { } arithmetic
            ? new ConstructedModules(_configuration, arithmetic).LossGradient(_tables.Head, output, _sequence, _tables.HeadBias).Value
            : By(_recorder.Modules, _configuration);
        return _recorder.Give(EndSteps.LossGradient(
            new TraceStep
            {
                Name = $"backward{_step}.loss_gradient",
                Module = "LossGradient",
                Sequence = _recorder.Sequence,
                Value = value,
                Again = By,
                Bound = (bounded, _) => bounded.LossGradient(_tables.Head, output, _sequence, _tables.HeadBias),
            },
            _configuration,
            _tables.Head,
            _tables.HeadBias,
            Positions,
            output,
            _sequence,
            y => Of(y, _configuration)));
    }

    /// <inheritdoc/>
    public Matrix<double> FinalNormBackward(Matrix<double> gradient) => OutsideBackward(_plan.Final, gradient, _finalMemory, _sequence.InDescents(_configuration.Departures));

    /// <inheritdoc/>
    public Matrix<double> EncodedBackward() => OutsideBackward(
        _plan.EncoderFinal, _encodedGradient ?? Matrix<double>.Build.Dense(_encoded!.RowCount, _encoded.ColumnCount), _encoderMemory, SequenceOf(0));

    /// <inheritdoc/>
    public Matrix<double> Backward(int layer, Matrix<double> gradient)
    {
        var reading = new TracedBackward(
            _recorder, _configuration, $"backward{_step}.layer{layer}.", $"updated{_step}.layer{layer}.", _plan.Blocks[layer], _layers[layer], _memories[layer]!, SequenceOf(layer), OtherNorms);
        gradient = Reference.Architecture.Walk.Backward(_plan.Blocks[layer], reading, gradient);
        _layers[layer] = reading.Updated;
        if (reading.EncodedGradient is { } encoded)
        {
            _encodedGradient = _encodedGradient is null ? encoded : _recorder.GiveGradientSum($"backward{_step}.layer{layer}.encoded", encoded, _encodedGradient, "The gradient of the layers behind");
        }

        return gradient;
    }

    /// <inheritdoc/>
    public void Descended(Matrix<double> gradient) => (_step, _pass) = (_step + 1, _pass + 1);

    private int Projected => _plan.EmbeddingWidth ?? 0;

    private Matrix<double>? Positions => _weights.HasPositions ? _weights.PositionEmbedding : null;

    private Matrix<double> Embed(TokenSequence sequence, string name)
    {
        var (value, tokens, positions) = (_recorder.Rounded(_tables.Embed(_weights, sequence)), _tables.Tokens, Positions);
        var magnitude = Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, d) =>
            (_weights.EmbeddingProjection is { } into ? _weights.TokenEmbedding.Row(sequence.InputIds[t]).PointwiseAbs() * into.Weight.Row(d).PointwiseAbs() : Math.Abs(tokens.At(sequence.InputIds[t], d)))
            + Math.Abs(positions?.At(t, d) ?? 0));
        value = _recorder.Give(EndSteps.Embedding(
            new TraceStep
            {
                Name = name,
                Module = "embedding",
                Sequence = _recorder.Sequence,
                Value = value,
                Bound = (_, unit) => new Bounded(value, (Projected + 3) * unit * magnitude),
            },
            sequence.InputIds,
            tokens,
            positions));
        return _plan.Embedding is null ? value : Forward(string.Empty, _plan.Embedding, _weights.Outside, value, sequence).Output;
    }

    /// <summary>The encoder's blocks read a sequence of their own.</summary>
    private TokenSequence SequenceOf(int layer) => layer < _plan.EncoderBlocks ? _sequence.Encoder! : _sequence.InDescents(_configuration.Departures);

    private (Matrix<double> Output, BlockMemory Memory) Forward(string scope, BlockPlan plan, AuxiliaryLayer layer, Matrix<double> input, TokenSequence sequence)
    {
        var reading = new TracedForward(_recorder, _configuration, scope, plan, layer, sequence, _encoded, OtherNorms);
        var output = Reference.Architecture.Walk.Forward(plan, reading, input);
        return (output, reading.Memory);
    }

    /// <summary>The model's other normalisations of a kind, and after a step those from before it.</summary>
    private IEnumerable<(string Name, LayerNormParameters Norm)> OtherNorms(Leaf leaf, LayerNormParameters own)
    {
        var before = _step > 0 ? Norms(_weights.Layers, _weights.Outside).Select(static item => ($"{item.Name} before the first step", item.Norm)) : [];
        return Norms(_layers, _outside).Concat(before).Where(item => !ReferenceEquals(item.Norm, own));

        IEnumerable<(string Name, LayerNormParameters Norm)> Norms(IReadOnlyList<AuxiliaryLayer> layers, AuxiliaryLayer outside) =>
        [
            .. layers.SelectMany((layer, index) => Of(_plan.Blocks[index], layer, $"layer {index}'s ")),
            .. new[] { _plan.Embedding, _plan.EncoderFinal, _plan.Final }.OfType<BlockPlan>().SelectMany(plan => Of(plan, outside, "the ")),
        ];

        IEnumerable<(string Name, LayerNormParameters Norm)> Of(BlockPlan plan, AuxiliaryLayer layer, string whose) => plan.Leaves
            .Where(other => other.GetType() == leaf.GetType())
            .Select(other => (whose + other.Place.Words, layer.Norm(other.Place)));
    }

    private (Matrix<double> Output, BlockMemory? Memory) Outside(BlockPlan? plan, Matrix<double> input) =>
        plan is null ? (input, null) : Forward($"forward{_pass}.", plan, _outside, input, _sequence);

    private Matrix<double> OutsideBackward(BlockPlan? plan, Matrix<double> gradient, BlockMemory? memory, TokenSequence sequence)
    {
        if (plan is null)
        {
            return gradient;
        }

        var reading = new TracedBackward(_recorder, _configuration, $"backward{_step}.", $"updated{_step}.", plan, _outside, memory!, sequence, OtherNorms);
        gradient = Reference.Architecture.Walk.Backward(plan, reading, gradient);
        _outside = plan.Parameters.Aggregate(_outside, (all, leaf) => all.With(leaf.Place, reading.Updated.Parameters[leaf.Place]));
        return gradient;
    }
}
