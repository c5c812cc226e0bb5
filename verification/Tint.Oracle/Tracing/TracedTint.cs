using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Mutants;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>
/// A whole TinT that records every named intermediate in the order in which data flows, in the auxiliary model's own shapes, and that can go on
/// from another implementation's numbers in place of its own: each step is then judged on the inputs that this implementation had.
/// </summary>
/// <remarks>
/// <para>
/// Names: <c>embedding</c>; in pass p <c>forwardP.layerL.</c> with <c>attention.norm</c>, <c>attention.query</c>, <c>attention.key</c>,
/// <c>attention.heads</c>, <c>attention.output</c>, <c>residual</c>, <c>mlp.norm</c>, <c>mlp.inner</c>, <c>mlp.activation</c>, <c>mlp.outer</c>,
/// <c>output</c>; <c>forwardP.final_norm</c>, <c>forwardP.logits</c>. In step s <c>backwardS.loss_gradient</c>, <c>backwardS.final_norm</c>, and
/// <c>backwardS.layerL.</c> with the gradient at the input of the module of that name (<c>attention.heads</c>: at the values); <c>residual</c> and
/// <c>input</c> are sums. <c>updatedS.layerL.attention.value.weight</c> is what the step left of a parameter.
/// </para>
/// <para>Signals are [T × D_aux] (<c>mlp.inner</c> and <c>mlp.activation</c> [T × C·D_aux]), weights [out × in].</para>
/// </remarks>
/// <param name="modules">What computes.</param>
/// <param name="given">By name and sequence, the numbers to go on from; null for the reference's own.</param>
internal sealed partial class TracedTint(ITintModules modules, Func<string, int, Matrix<double>?>? given = null) : MutantTint(modules)
{
    private readonly List<TraceStep> _steps = [];
    private readonly List<TraceStep> _summands = [];
    private readonly Dictionary<Matrix<double>, Func<ReferenceModules, Matrix<double>>> _normalized = new(ReferenceEqualityComparer.Instance);
    private AuxiliaryWeights? _weights;
    private AuxiliaryWeights? _given;
    private BlockCursor? _block;
    private string? _linear;
    private string? _norm;
    private bool _isOuter;
    private int _chunk;
    private TraceRecorder _recorder = new([], -1, given);
    private int _pass;
    private int _step;
    private int _layer;

    /// <summary>What was recorded, in the order in which data flows, sequence by sequence.</summary>
    public IReadOnlyList<TraceStep> Steps => _steps;

    /// <summary>The chunks of the MLP whose sum alone is an intermediate.</summary>
    public IReadOnlyList<TraceStep> Summands => _summands;

    /// <inheritdoc/>
    protected override TintOutcome.OfSequence RunOne(TintConfiguration configuration, AuxiliaryWeights weights, TokenSequence sequence)
    {
        _recorder = new TraceRecorder(_steps, _recorder.Sequence + 1, given);
        (_weights, _given, _pass, _step, _layer) = (weights, weights, 0, 0, 0);
        return base.RunOne(configuration, weights, sequence);
    }

    /// <inheritdoc/>
    protected override Matrix<double> Embed(AuxiliaryWeights weights, TokenSequence sequence)
    {
        var value = base.Embed(weights, sequence);
        return _recorder.Give(EndSteps.Embedding(
            new TraceStep
            {
                Name = "embedding",
                Module = "embedding",
                Sequence = _recorder.Sequence,
                Value = value,
                Bound = (_, unit) => new Bounded(value, Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, d) => unit
                    * (2 * (Math.Abs(weights.TokenEmbedding.At(sequence.InputIds[t], d)) + Math.Abs(weights.PositionEmbedding.At(t, d)))))),
            },
            sequence.InputIds,
            weights.TokenEmbedding,
            weights.PositionEmbedding));
    }

    /// <inheritdoc/>
    protected override (Matrix<double> Output, BlockMemory Memory) ForwardBlock(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> x, TokenSequence sequence)
    {
        _block = new BlockCursor($"forward{_pass}.layer{_layer++}.");
        var result = base.ForwardBlock(configuration, layer, x, sequence);
        _block = null;
        return result;
    }

    /// <inheritdoc/>
    protected override AuxiliaryWeights TakeStep(
        TintConfiguration configuration,
        AuxiliaryWeights weights,
        Matrix<double> output,
        IReadOnlyList<BlockMemory?> memories,
        LayerNormMemory normMemory,
        int firstTrained,
        TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _weights = weights;
        _layer = weights.Layers.Count - 1;
        var updated = base.TakeStep(configuration, weights, output, memories, normMemory, firstTrained, sequence);
        _step++;
        _pass++;
        _layer = firstTrained;
        _weights = updated;
        return updated;
    }

    /// <inheritdoc/>
    protected override (Matrix<double> Gradient, AuxiliaryLayer Updated) BackwardBlock(
        TintConfiguration configuration, AuxiliaryLayer layer, Matrix<double> gradient, BlockMemory memory, TokenSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(layer);
        _block = new BlockCursor($"backward{_step}.layer{_layer--}.");
        var (passed, updated) = base.BackwardBlock(configuration, layer, gradient, memory, sequence);
        var (right, before, departures) = (updated.Outer.Bias.ToRowMatrix(), layer.Outer.Bias.ToRowMatrix(), configuration.Departures);
        var chunks = configuration.Auxiliary.MlpChunkCount;
        var gated = before * SimulatedGate.Factor(configuration);
        var bias = _recorder.Give(new TraceStep
        {
            Name = Updated("mlp.outer.bias"),
            Module = "LinearDescent",
            Sequence = _recorder.Sequence,
            Value = right,
            IsVector = true,
            Before = gated,
            Parts = Descent(configuration, "mlp.outer.bias", before, right),
            Share = t => StepMistakes.Share(configuration, gradient.Row(t)).ToRowMatrix() * (departures.MlpBiasLearntPerChunk ? chunks : 1),
            Bound = (_, unit) => new Bounded(right, Descended(right, before, gradient, sequence, configuration, unit)),
            Mistakes = LinearSteps.SharedBias(gated, right, chunks, departures.MlpBiasLearntPerChunk),
        });

        // The outer layer's descent comes first, though its bias is whole only here.
        _recorder.MoveLastBehind(Updated("mlp.outer.weight"));
        _block = null;
        return (passed, updated with { Outer = updated.Outer with { Bias = bias.Row(0) } });
    }

    /// <inheritdoc/>
    protected override Matrix<double> AddResidual(Matrix<double> output, Matrix<double> residual)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(residual);
        if (_block!.Residuals == 0)
        {
            _block.Residuals++;
            return _recorder.GiveSum(_block.Scope + "residual", output, residual);
        }

        output = GiveChunks("mlp.outer", output);
        return _recorder.GiveSum(_block.Scope + "output", output, residual);
    }

    /// <inheritdoc/>
    protected override Matrix<double> AddResidualGradient(Matrix<double> gradient, Matrix<double> residual)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(residual);
        return _recorder.GiveGradientSum(_block!.Scope + (_block.Residuals++ == 0 ? "residual" : "input"), gradient, residual);
    }

    /// <summary>E y at the end of a pass.</summary>
    private void GiveLogits(Matrix<double> output)
    {
        var (embedding, width) = (_weights!.TokenEmbedding, output.ColumnCount);
        var value = base.Logits(_weights, output);
        _recorder.Give(EndSteps.Logits(
            new TraceStep
            {
                Name = $"forward{_pass}.logits",
                Module = "head",
                Sequence = _recorder.Sequence,
                Value = value,
                Parts = [new StepPart("E y", value)],
                Bound = (_, unit) => new Bounded(value, (width + 2) * unit * output.PointwiseAbs().TransposeAndMultiply(embedding.PointwiseAbs())),
            },
            output,
            y => base.Logits(_weights, y)));
    }

    /// <summary>What the chunks of the MLP add up to, bounded as their sum.</summary>
    private Matrix<double> GiveChunks(string name, Matrix<double> sum)
    {
        // Backward they run from the last to the first.
        TraceStep[] chunks = [.. _block!.Chunks.OrderBy(chunk => chunk.Part)];
        _summands.AddRange(chunks);
        _block.Chunks.Clear();
        return _recorder.Give(new TraceStep
        {
            Name = _block.Scope + name,
            Module = chunks[0].Module,
            Sequence = _recorder.Sequence,
            Value = sum,
            Again = (tint, other) => chunks.Select(chunk => chunk.Again!(tint, other)).Aggregate((total, chunk) => total + chunk),
            Parts = StepParts.Chunks(chunks),
            Bound = (bounded, unit) =>
            {
                var parts = Array.ConvertAll(chunks, chunk => chunk.Bound(bounded, unit));
                var magnitude = parts.Select(part => part.Value.PointwiseAbs()).Aggregate((total, part) => total + part);
                var bound = parts.Select(part => part.Bound).Aggregate((total, part) => total + part);
                return new Bounded(sum, bound + (chunks.Length * unit * magnitude));
            },
            Mistakes =
            [
                Mistake("block.chunk-missing", "The last chunk of the MLP is left out.", () => sum - chunks[^1].Value),
                Mistake("block.first-chunk-alone", "Only the first chunk of the MLP counts.", () => chunks[0].Value),
                Mistake("block.last-chunk-alone", "Only the last chunk of the MLP counts.", () => chunks[^1].Value),
                Mistake("block.chunks-reversed", "The chunks' signals meet the weights of the chunks in reverse order.", () => Exchanged(chunk => chunks.Length - 1 - chunk)),
                Mistake("block.chunks-shifted", "Each chunk's signal meets the weights of the chunk behind it.", () => Exchanged(chunk => (chunk + 1) % chunks.Length)),
                Mistake("block.chunks-shifted", "Each chunk's signal meets the weights of the chunk before it.", () => Exchanged(chunk => (chunk + chunks.Length - 1) % chunks.Length)),
                .. chunks.SelectMany(chunk => chunk.Mistakes).GroupBy(mistake => mistake.Name).Where(group => group.Count() == chunks.Length)
                    .Select(group => Mistake(group.Key, group.First().Sentence, () => group.Select(mistake => mistake.Value()).Aggregate((total, part) => total + part))),
            ],
        });

        Matrix<double> Exchanged(Func<int, int> other) => chunks
            .Select((chunk, at) => chunk.Layers[0].With(chunks[other(at)].Layers[0].Own)).Aggregate((total, part) => total + part);
    }

    private string Updated(string place) => $"updated{_step}.{_block!.Scope[(_block.Scope.IndexOf('.', StringComparison.Ordinal) + 1)..]}{place}";

    private static (string Name, string Sentence, Func<Matrix<double>> Value) Mistake(string name, string sentence, Func<Matrix<double>> value) =>
        (name, sentence, value);

    /// <summary>W − η Σ m g: as many roundings as tokens and two more, each of the sum of magnitudes; the gate multiplies once more.</summary>
    private static Matrix<double> Descended(
        Matrix<double> updated, Matrix<double> before, Matrix<double> gradient, TokenSequence sequence, TintConfiguration configuration, double unit)
    {
        var sums = Vector<double>.Build.Dense(gradient.ColumnCount);
        for (var t = 0; t < gradient.RowCount; t++)
        {
            sums += sequence.TrainMask[t] * gradient.Row(t).PointwiseAbs();
        }

        var chunks = configuration.Auxiliary.MlpChunkCount;
        var moved = chunks * Math.Abs(configuration.InnerLearningRate) * sums.ToRowMatrix();
        return (gradient.RowCount + chunks + 4) * unit * (before.PointwiseAbs() + updated.PointwiseAbs() + moved);
    }
}
