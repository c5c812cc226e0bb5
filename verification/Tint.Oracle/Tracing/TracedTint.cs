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
    private int _sequence = -1;
    private double _stream; // The sum of the largest entries of all signals so far: what memory stands among is no larger.
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
        _sequence++;
        _stream = 0;
        (_weights, _given, _pass, _step, _layer) = (weights, weights, 0, 0, 0);
        return base.RunOne(configuration, weights, sequence);
    }

    /// <inheritdoc/>
    protected override Matrix<double> Embed(AuxiliaryWeights weights, TokenSequence sequence)
    {
        var value = base.Embed(weights, sequence);
        return Give(new TraceStep
        {
            Name = "embedding",
            Module = "embedding",
            Sequence = _sequence,
            Value = value,
            Bound = (_, unit) => new Bounded(value, Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, d) => unit
                * (2 * (Math.Abs(weights.TokenEmbedding.At(sequence.InputIds[t], d)) + Math.Abs(weights.PositionEmbedding.At(t, d)))))),
            Tables =
            [
                ("the rows of the position table", weights.PositionEmbedding.RowCount, (t, row) =>
                    weights.TokenEmbedding.Row(sequence.InputIds[t]) + (row < 0 ? Vector<double>.Build.Dense(value.ColumnCount) : weights.PositionEmbedding.Row(row))),
                ("the rows of the token embedding", weights.TokenEmbedding.RowCount, (t, row) =>
                    weights.PositionEmbedding.Row(t) + (row < 0 ? Vector<double>.Build.Dense(value.ColumnCount) : weights.TokenEmbedding.Row(row))),
            ],
            Parts = [new StepPart("the token's row", Row(weights.TokenEmbedding, sequence.InputIds)), new StepPart("the position's row", Position(0))],
            Mistakes =
            [
                .. Enumerable.Range(1 - sequence.Length, (2 * sequence.Length) - 1).Where(shift => shift != 0).Select(shift => Mistake(
                    "model.position-off-by-one",
                    $"Token t gets row t {(shift > 0 ? "+" : "−")} {Math.Abs(shift)} of the position table.",
                    () => Row(weights.TokenEmbedding, sequence.InputIds) + Position(shift))),
                Mistake("model.positions-reversed", "The position table is read from behind.", () =>
                    Row(weights.TokenEmbedding, sequence.InputIds) + Row(weights.PositionEmbedding, [.. Enumerable.Range(0, sequence.Length).Reverse()])),
                Mistake("model.position-of-token", "Token v gets row v of the position table.", () => Row(weights.TokenEmbedding, sequence.InputIds)
                    + Row(weights.PositionEmbedding, [.. sequence.InputIds.Select(id => id % weights.PositionEmbedding.RowCount)])),
            ],
        });

        static Matrix<double> Row(Matrix<double> table, IReadOnlyList<int> rows) => Matrix<double>.Build.Dense(rows.Count, table.ColumnCount, (t, d) => table.At(rows[t], d));

        Matrix<double> Position(int shift) => Row(weights.PositionEmbedding, [.. Enumerable.Range(0, sequence.Length)
            .Select(t => (t + shift + weights.PositionEmbedding.RowCount) % weights.PositionEmbedding.RowCount)]);
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
        var right = updated.Outer.Bias.ToRowMatrix();
        var bias = Give(new TraceStep
        {
            Name = Updated("mlp.outer.bias"),
            Module = "LinearDescent",
            Sequence = _sequence,
            Value = right,
            IsVector = true,
            Before = layer.Outer.Bias.ToRowMatrix() * SimulatedGate.Factor(configuration),
            Parts = Descent(configuration, "mlp.outer.bias", layer.Outer.Bias.ToRowMatrix(), right),
            Share = t => StepMistakes.Share(configuration, gradient.Row(t)).ToRowMatrix()
                * (configuration.Departures.MlpBiasLearntPerChunk ? configuration.Auxiliary.MlpChunkCount : 1),
            Bound = (_, unit) => new Bounded(right, Descended(right, layer.Outer.Bias.ToRowMatrix(), gradient, sequence, configuration, unit)),
            Mistakes =
            [
                Mistake(
                    "block.mlp-bias-learnt-once",
                    "The C shares of the MLP's output bias move by η Σ m g together where they should by C times that, and the other way round.",
                    () => (layer.Outer.Bias.ToRowMatrix() * SimulatedGate.Factor(configuration)) + ((right - (layer.Outer.Bias.ToRowMatrix() * SimulatedGate.Factor(configuration)))
                        * (configuration.Departures.MlpBiasLearntPerChunk
                            ? 1.0 / configuration.Auxiliary.MlpChunkCount
                            : configuration.Auxiliary.MlpChunkCount))),
            ],
        });
        // The outer layer's descent comes first, though its bias is whole only here.
        var made = _steps[^1];
        _steps.RemoveAt(_steps.Count - 1);
        _steps.Insert(_steps.FindIndex(step => step.Sequence == _sequence && step.Name == Updated("mlp.outer.weight")) + 1, made);
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
            return Sum("residual", output, residual, isFirst: _block.Residuals++ == 0);
        }

        output = GiveChunks("mlp.outer", output);
        return Sum("output", output, residual, isFirst: false);
    }

    /// <inheritdoc/>
    protected override Matrix<double> AddResidualGradient(Matrix<double> gradient, Matrix<double> residual)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(residual);
        return Sum(_block!.Residuals++ == 0 ? "residual" : "input", gradient, residual, isFirst: false);
    }

    /// <summary>E y at the end of a pass.</summary>
    private void GiveLogits(Matrix<double> output)
    {
        var (embedding, width) = (_weights!.TokenEmbedding, output.ColumnCount);
        var value = base.Logits(_weights, output);
        Give(new TraceStep
        {
            Name = $"forward{_pass}.logits",
            Module = "head",
            Sequence = _sequence,
            Value = value,
            Reads = [("its input", output, other => base.Logits(_weights, other))],
            Parts = [new StepPart("E y", value)],
            Bound = (_, unit) => new Bounded(value, (width + 2) * unit * output.PointwiseAbs().TransposeAndMultiply(embedding.PointwiseAbs())),
            Mistakes =
            [
                Mistake("model.head-off-by-one", "Logit v is the product with row v + 1 of E, the last with the first.", () =>
                    Matrix<double>.Build.Dense(value.RowCount, value.ColumnCount, (t, v) => value.At(t, (v + 1) % value.ColumnCount))),
            ],
        });
    }

    private Matrix<double> Sum(string name, Matrix<double> output, Matrix<double> residual, bool isFirst)
    {
        var value = output.Add(residual);
        return Give(new TraceStep
        {
            Name = _block!.Scope + name,
            Module = _block.Scope.StartsWith("forward", StringComparison.Ordinal) ? "residual" : "residual gradient",
            Sequence = _sequence,
            Value = value,
            Parts = [new StepPart("what the residual connection carries", residual), new StepPart("what is added to it", output)],
            Reads = [("the residual connection", residual, other => output + other), ("what is added to it", output, other => other + residual)],
            Bound = (_, unit) => new Bounded(value, 2 * unit * (output.PointwiseAbs() + residual.PointwiseAbs())),
            Mistakes = _block.Scope.StartsWith("forward", StringComparison.Ordinal)
                ?
                [
                    Mistake("block.residual-missing", "The block's input is not added.", () => output),
                    Mistake("block.residual-alone", isFirst ? "What attention computed is not added." : "What the MLP computed is not added.", () => residual),
                    Mistake("block.residual-twice", "The block's input is added twice.", () => value + residual),
                ]
                :
                [
                    Mistake("block.residual-gradient-missing", "The gradient that the residual connections carry is not added.", () => output),
                    Mistake("block.residual-gradient-alone", "Only the gradient that the residual connections carry is passed on.", () => residual),
                    Mistake("block.residual-gradient-twice", "The gradient that the residual connections carry is added twice.", () => value + residual),
                ],
        });
    }

    /// <summary>What the chunks of the MLP add up to, bounded as their sum.</summary>
    private Matrix<double> GiveChunks(string name, Matrix<double> sum)
    {
        // Backward they run from the last to the first.
        TraceStep[] chunks = [.. _block!.Chunks.OrderBy(chunk => chunk.Part)];
        _summands.AddRange(chunks);
        _block.Chunks.Clear();
        return Give(new TraceStep
        {
            Name = _block.Scope + name,
            Module = chunks[0].Module,
            Sequence = _sequence,
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

    private Matrix<double> Give(TraceStep step)
    {
        _steps.Add(step);
        var value = Given(step);
        if (!step.IsVector && step.Before is null)
        {
            _stream += value.Enumerate().Max(Math.Abs);
        }

        return value;
    }

    private Matrix<double> Given(TraceStep step) => given?.Invoke(step.Name, step.Sequence) is { } theirs
        ? theirs.SubMatrix(step.Row, step.Value.RowCount, step.Column, step.Value.ColumnCount)
        : step.Value;

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
