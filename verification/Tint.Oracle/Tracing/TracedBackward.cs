using MathNet.Numerics.LinearAlgebra;
using Tint.Oracle.Cases;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;
using Tint.Reference.Input;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>The backward pass and the descents of a block of any plan, leaf by leaf, each recorded.</summary>
internal sealed class TracedBackward(
    TraceRecorder recorder,
    TintConfiguration configuration,
    string scope,
    string updatedScope,
    BlockPlan plan,
    AuxiliaryLayer before,
    BlockMemory memory,
    TokenSequence sequence,
    Func<Leaf, LayerNormParameters, IEnumerable<(string Name, LayerNormParameters Norm)>> otherNorms,
    Func<Matrix<double>>? scorePath = null) : IBackwardReading<Matrix<double>>
{
    private readonly AuxiliaryLayer _before = before;
    private int _sums;

    /// <summary>The block's weights after the step.</summary>
    public AuxiliaryLayer Updated { get; private set; } = before;

    /// <summary>The gradient at the encoder's output; null where nothing reads it.</summary>
    public Matrix<double>? EncodedGradient { get; private set; }

    /// <inheritdoc/>
    public int Parts(Chunks chunks) => 1;

    /// <inheritdoc/>
    public Matrix<double> Backward(Leaf leaf, int chunk, Matrix<double> gradient)
    {
        var kept = memory.Leaves[leaf.Place];
        if (leaf is Attention attention)
        {
            return OfAttention(attention, gradient, kept);
        }

        var pieces = LeafPiece.Of(leaf, _before, configuration.Auxiliary.HiddenSize, gradient.ColumnCount);
        PieceBackward[] modules = [.. pieces.Select(piece => new PieceBackward(recorder, configuration, sequence, piece, piece.Output(gradient), piece.Memory(kept)))];
        TraceStep[] steps = [.. modules.Select(module => Step(module, leaf))];
        var isSum = pieces is [{ CutsOutput: true, CutsInput: false }, ..];
        var passed = isSum ? null : recorder.Give(steps, isSum);
        if (leaf.Trained is [ParameterLeaf parameters])
        {
            Learn(parameters, modules, gradient, kept);
        }

        return passed ?? recorder.Give(steps, isSum);
    }

    /// <inheritdoc/>
    public Matrix<double> Add(Node node, Matrix<double> newer, Matrix<double> older) =>
        recorder.GiveGradientSum(scope + SumNames.Backward(plan, node, ref _sums), newer, older);

    /// <inheritdoc/>
    public (Matrix<double> Left, Matrix<double> Right) MultiplyBackward(Product product, int chunk, Matrix<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(product);
        var kept = memory.Product(product.Place);
        var made = SimulatedProduct.Backward(configuration, gradient, kept);
        if (recorder.Arithmetic is { } arithmetic)
        {
            var (atLeft, atRight) = Constructed(arithmetic).MultiplyBackward(gradient, kept);
            made = (atLeft.Value, atRight.Value);
        }

        return (
            recorder.Give(Of("left", made.Left, "the memory of the other factor", kept.Right, (memory, right) => memory with { Right = right }, both => both.Left, both => both.Left)),
            recorder.Give(Of("right", made.Right, "the memory of the activated factor", kept.Left, (memory, left) => memory with { Left = left }, both => both.Right, both => both.Right)));

        TraceStep Of(
            string side,
            Matrix<double> value,
            string what,
            Matrix<double> other,
            Func<ProductMemory, Matrix<double>, ProductMemory> with,
            Func<(Matrix<double> Left, Matrix<double> Right), Matrix<double>> part,
            Func<(Bounded Left, Bounded Right), Bounded> bound) => new()
            {
                Name = $"{scope}{product.Place}.{side}",
                Module = "ProductBackward",
                Sequence = recorder.Sequence,
                Value = value,
                Again = (_, changed) => part(SimulatedProduct.Backward(changed, gradient, kept)),
                Reads =
            [
                ("its gradient", gradient, g => part(SimulatedProduct.Backward(configuration, g, kept))),
                (what, other, signal => part(SimulatedProduct.Backward(configuration, gradient, with(kept, signal)))),
            ],
                Bound = (_, unit) => bound(Constructed(unit).MultiplyBackward(gradient, kept)),
                Mistakes = [("product.factors-exchanged", "The gradient is multiplied by this factor, not by the other.", () => SimulatedGate.Factor(configuration) * gradient.PointwiseMultiply(side == "left" ? kept.Left : kept.Right))],
            };
    }

    private TraceStep Step(PieceBackward module, Leaf whole)
    {
        var (piece, gradient, kept) = (module.Piece, module.Gradient, module.Memory);
        var (leaf, place, own) = (piece.Leaf, module.Place, piece.Layer);
        Matrix<double> Back(TintConfiguration other, AuxiliaryLayer layer, Matrix<double> g, LeafMemory of) => module.InputGradient(recorder.Modules, other, layer, g, of);
        var step = new TraceStep
        {
            Name = $"{scope}{place}",
            Module = $"{LeafModules.Of(leaf)}Backward",
            Sequence = recorder.Sequence,
            Value = module.Value,
            Column = piece.InputAt,
            Part = piece.Chunk,
            Input = LeafModules.BackwardInput(leaf, own, gradient, kept),
            Again = (tint, other) => module.InputGradient(tint, other, own, gradient, kept),
            Bound = (_, unit) => module.BoundOfGradient(unit),
        };
        return (leaf, kept) switch
        {
            (Linear, _) => LinearSteps.Backward(
                step,
                own.Linear(place),
                gradient,
                (layer, g) => Back(configuration, own.With(place, layer), g, kept),
                () => piece.PartOf((Linear)whole, Updated.Linear(place)),
                scorePath),
            (Activation activation, InputMemory input) => ActivationSteps.Backward(
                step, configuration, activation.Kind, gradient, input.Input, (other, g, z) => Back(other, own, g, new InputMemory(z))),
            (Norm or RmsNorm, LayerNormMemory norm) => NormSteps.Backward(
                step,
                configuration,
                own.Norm(place),
                leaf is Norm,
                gradient,
                norm,
                otherNorms(leaf, own.Norm(place)),
                (other, layer, g, of) => Back(other, own.With(place, layer), g, of)),
            _ => throw leaf.Unread("the oracle"),
        };
    }

    private ConstructedLeaf Constructed(Arithmetic arithmetic) => new(configuration, sequence, arithmetic, rounding: null);

    private ConstructedLeaf Constructed(double unit) => ConstructedLeaf.Bounding(configuration, sequence, unit);

    /// <summary>Attention's gradient at the values, then the value layer's descent and backward pass.</summary>
    private Matrix<double> OfAttention(Attention attention, Matrix<double> gradient, LeafMemory kept)
    {
        var (value, rho) = (attention.Value, SimulatedGate.Factor(configuration));
        var (layer, isCrossing) = (_before.Linear(value.Place), attention.ReadsEncoder);
        var path = ScorePath(attention, gradient, kept);
        if (isCrossing || configuration.BackpropagateThroughAttention)
        {
            gradient = recorder.Give(AtValues(attention, gradient, kept));
            layer = new LinearParameters(layer.Weight * rho, layer.Bias * rho);
            kept = kept switch
            {
                AttentionMemory own => own with { Input = own.Input * rho },
                CrossAttentionMemory own => own with { Other = own.Other * rho },
                _ => kept,
            };
        }

        // What is left is the value layer on what attention remembers of its input, every token of an encoder counting.
        var input = new InputMemory(kept is CrossAttentionMemory cross ? cross.Other : ((AttentionMemory)kept).Input);
        var masked = isCrossing ? sequence with { TrainMask = [.. Enumerable.Repeat(1.0, input.Input.RowCount)] } : sequence;
        var behind = new TracedBackward(
            recorder, configuration, scope, updatedScope, new BlockPlan(value), _before.With(value.Place, layer), new BlockMemory(new Placed<LeafMemory>([(value.Place, 0, input)])), masked, otherNorms, path);
        var result = behind.Backward(value, 0, gradient);
        Updated = Updated.With(value.Place, behind.Updated.Parameters[value.Place]);
        if (!isCrossing)
        {
            return result;
        }

        // Nothing comes back to the tokens that ask (V1).
        EncodedGradient = EncodedGradient is null ? result : EncodedGradient + result;
        return Matrix<double>.Build.Dense(sequence.Length, attention.Query.Inputs);
    }

    private TraceStep AtValues(Attention attention, Matrix<double> gradient, LeafMemory kept)
    {
        Matrix<double> Of(TintConfiguration other, Attention leaf, Matrix<double> g, LeafMemory own) => own is CrossAttentionMemory cross
            ? SimulatedCrossAttention.Backward(other, g, cross, leaf.Form)
            : SimulatedAttention.Backward(other, g, (AttentionMemory)own, sequence.TrainMask, sequence.IclMask, leaf.Form);
        Matrix<double> Again(ITintModules? tint, TintConfiguration other) => tint is not null && kept is AttentionMemory own && LeafModules.IsPublished(attention)
            ? tint.AttentionBackward(other, gradient, own, sequence.TrainMask, sequence.IclMask)
            : Of(other, attention, gradient, kept);
        var step = new TraceStep
        {
            Name = $"{scope}{attention.Place}.heads",
            Module = attention.ReadsEncoder ? "CrossAttentionBackward" : "AttentionBackward",
            Sequence = recorder.Sequence,
            Value = recorder.Arithmetic is { } arithmetic ? Constructed(arithmetic).AtValues(attention, gradient, kept).Value : Again(recorder.Modules, configuration),
            Input = kept is AttentionMemory known && LeafModules.IsPublished(attention)
                ? new ModuleInput { Module = "AttentionBackward", Signal = gradient, Memory = [known.Query, known.Key, known.Input], TrainMask = sequence.TrainMask, IclMask = sequence.IclMask }
                : null,
            Again = Again,
            Bound = (_, unit) => Constructed(unit).AtValues(attention, gradient, kept),
            Mistakes =
            [
                .. FormMistakes.Of(attention).Select(other => (other.Name, $"Backward: {other.Sentence}", (Func<Matrix<double>>)(() => Of(configuration, other.Leaf, gradient, kept)))),
                .. kept is AttentionMemory published && LeafModules.IsPublished(attention)
                    ? AttentionMistakes.Backward(configuration, gradient, published, sequence.TrainMask, sequence.IclMask)
                    : [],
            ],
        };
        var (query, key) = kept is CrossAttentionMemory across ? (across.Query, across.Key) : (((AttentionMemory)kept).Query, ((AttentionMemory)kept).Key);
        return AttentionSteps.AtValues(
            step,
            configuration,
            gradient,
            query,
            key,
            (g, q, k) => Of(configuration, attention, g, kept switch
            {
                CrossAttentionMemory cross => cross with { Query = q, Key = k },
                AttentionMemory within => within with { Query = q, Key = k },
                _ => kept,
            }),
            kept is AttentionMemory of
                ? () => SimulatedAttention.Backward(configuration, gradient, of, [.. sequence.TrainMask.Select(_ => 1.0)], sequence.IclMask, attention.Form)
                : null);
    }

    /// <summary>The exact gradient through the scores of one sequence, which a TinT drops unless it keeps the score path.</summary>
    private Func<Matrix<double>>? ScorePath(Attention attention, Matrix<double> gradient, LeafMemory kept) => kept is not AttentionMemory own || configuration.KeepsScorePath ? null : () =>
    {
        var values = SimulatedLinear.Forward(configuration, _before.Linear(attention.Value.Place), own.Input).Output;
        var exact = new ExactAttentionForm(configuration.Auxiliary, attention.Form).Attend(own.Query, own.Key, values).Pullback(gradient);
        return (exact.Query * _before.Linear(attention.Query.Place).Weight) + (exact.Key * _before.Linear(attention.Key.Place).Weight);
    };

    /// <summary>The descent of a leaf, module by module; a bias that chunks share is one parameter.</summary>
    private void Learn(ParameterLeaf parameters, PieceBackward[] modules, Matrix<double> gradient, LeafMemory kept)
    {
        var (place, own) = (parameters.Place, _before.Parameters[parameters.Place]);
        var (isStacked, isShared) = (modules[0].Piece.CutsOutput, modules[0].Piece.CutsInput);
        TracedDescent[] descents = [.. modules.Select(Descent)];
        Matrix<double>? weight = null, bias = null;
        if (parameters.HasWeight)
        {
            Matrix<double>[] parts = [.. descents.Select(static descent => descent.Weight())];
            weight = isStacked ? parts.Skip(1).Aggregate(parts[0], static (all, part) => all.Stack(part)) : LeafPiece.Beside(parts);
        }

        if (parameters.HasBias && parameters is not RmsNorm)
        {
            TracedDescent[] learning = isShared ? [Descent(new PieceBackward(recorder, configuration, sequence, new LeafPiece(parameters, _before, null, gradient.ColumnCount), gradient, kept))] : descents;
            bias = LeafPiece.Beside([.. learning.Select(static descent => descent.Bias())]);
        }

        var isDense = descents[0].IsDense;
        Updated = Updated.With(place, own switch
        {
            LinearParameters linear => new LinearParameters(weight ?? linear.Weight, bias?.Row(0) ?? linear.Bias * 0),
            LayerNormParameters norm when weight is null || !isDense => new LayerNormParameters(weight?.Row(0) ?? norm.Weight, bias?.Row(0) ?? norm.Bias * 0),
            LayerNormParameters norm => norm with { Dense = weight, Bias = bias?.Row(0) ?? norm.Bias * 0 },
            var other => other,
        });

        TracedDescent Descent(PieceBackward module) => new(recorder, configuration, updatedScope, sequence, module);
    }
}
