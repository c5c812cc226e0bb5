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
using Tint.Reference.Rounding;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>The backward pass and the descents of a block of any plan, leaf by leaf, each recorded.</summary>
internal sealed class PlanBackward(
    TraceRecorder recorder,
    TintConfiguration configuration,
    string scope,
    string updatedScope,
    BlockPlan plan,
    AuxiliaryLayer before,
    BlockMemory memory,
    TokenSequence sequence,
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

        var own = _before;
        foreach (var parameters in leaf.Trained)
        {
            Learn(leaf, parameters, gradient, kept, own);
        }

        Matrix<double> Back(TintConfiguration other, AuxiliaryLayer layer, Matrix<double> g, LeafMemory of) => Run(leaf, layer, g, of, other).Gradient;
        var step = new TraceStep
        {
            Name = $"{scope}{leaf.Place}",
            Module = $"{PlanModules.Of(leaf)}Backward",
            Sequence = recorder.Sequence,
            Value = recorder.Arithmetic is { } arithmetic ? Constructed(arithmetic, null).Backward(leaf, own, gradient, kept).Gradient.Value : Back(configuration, own, gradient, kept),
            Input = Input(leaf, own, gradient, kept),
            Again = (tint, other) => PlanModules.BackwardAgain(tint, other, leaf, own, gradient, kept) ?? Back(other, own, gradient, kept),
            Bound = (_, unit) => Constructed(unit).Backward(leaf, own, gradient, kept).Gradient,
        };
        return recorder.Give((leaf, kept) switch
        {
            (Linear, _) => LinearSteps.Backward(
                step, own.Linear(leaf.Place), gradient, (layer, g) => Back(configuration, own.With(leaf.Place, layer), g, kept), () => Updated.Linear(leaf.Place), scorePath),
            (Activation activation, InputMemory input) => ActivationSteps.Backward(
                step, configuration, activation.Kind, gradient, input.Input, (other, g, z) => Back(other, own, g, new InputMemory(z))),
            (Norm or RmsNorm, LayerNormMemory norm) => NormSteps.Backward(
                step,
                configuration,
                own.Norm(leaf.Place),
                leaf is Norm,
                gradient,
                norm,
                PlanModules.OtherNorms(plan, own, leaf),
                (other, layer, g, of) => Back(other, own.With(leaf.Place, layer), g, of)),
            _ => throw leaf.Unread("the oracle"),
        });
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
            var (atLeft, atRight) = Constructed(arithmetic, null).MultiplyBackward(gradient, kept);
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

    private (Matrix<double> Gradient, AuxiliaryLayer Updated) Run(Leaf leaf, AuxiliaryLayer own, Matrix<double> gradient, LeafMemory kept, TintConfiguration other)
    {
        var reading = new SimulatedBackward(
            other, new BlockPlan(leaf), own, new BlockMemory(new Placed<LeafMemory>([(leaf.Place, 0, kept)])), sequence, new TrainedTokens(sequence.TrainMask, gradient.RowCount));
        return (reading.Backward(leaf, 0, gradient), reading.Updated);
    }

    private ConstructedLeaf Constructed(Arithmetic arithmetic, RoundingModel? rounding) => new(configuration, sequence, arithmetic, rounding);

    private ConstructedLeaf Constructed(double unit)
    {
        var rounding = new WorstCaseRounding(unit);
        return Constructed(Arithmetic.Tracking(rounding), rounding);
    }

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
        var behind = new PlanBackward(
            recorder, configuration, scope, updatedScope, new BlockPlan(value), _before.With(value.Place, layer), new BlockMemory(new Placed<LeafMemory>([(value.Place, 0, input)])), masked, path);
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
        var value = Of(configuration, attention, gradient, kept);
        var step = new TraceStep
        {
            Name = $"{scope}{attention.Place}.heads",
            Module = attention.ReadsEncoder ? "CrossAttentionBackward" : "AttentionBackward",
            Sequence = recorder.Sequence,
            Value = recorder.Arithmetic is { } arithmetic ? Constructed(arithmetic, null).AtValues(attention, gradient, kept).Value : value,
            Input = kept is AttentionMemory known && PlanModules.IsPublished(attention)
                ? new ModuleInput { Module = "AttentionBackward", Signal = gradient, Memory = [known.Query, known.Key, known.Input], TrainMask = sequence.TrainMask, IclMask = sequence.IclMask }
                : null,
            Again = (tint, other) => kept is AttentionMemory own && PlanModules.IsPublished(attention)
                ? tint.AttentionBackward(other, gradient, own, sequence.TrainMask, sequence.IclMask)
                : Of(other, attention, gradient, kept),
            Bound = (_, unit) => Constructed(unit).AtValues(attention, gradient, kept),
            Mistakes =
            [
                .. FormMistakes.Of(attention).Select(other => (other.Name, $"Backward: {other.Sentence}", (Func<Matrix<double>>)(() => Of(configuration, other.Leaf, gradient, kept)))),
                .. kept is AttentionMemory published && PlanModules.IsPublished(attention)
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

    private void Learn(Leaf leaf, ParameterLeaf parameters, Matrix<double> gradient, LeafMemory kept, AuxiliaryLayer own)
    {
        var (place, rho, stream) = (parameters.Place, SimulatedGate.Factor(configuration), recorder.Stream);
        ParameterGroup Learnt(TintConfiguration other, AuxiliaryLayer layer, Matrix<double> g, LeafMemory of) => Run(leaf, layer, g, of, other).Updated.Parameters[place];
        ParameterGroup Again(ITintModules tint, TintConfiguration other) =>
            PlanModules.DescentAgain(tint, other, leaf, own, gradient, kept, sequence.TrainMask) ?? Learnt(other, own, gradient, kept);
        BoundedLayer Bounds(double unit) => Constructed(unit).Backward(leaf, own, gradient, kept).Updated[place];
        var learnt = Learnt(configuration, own, gradient, kept);
        var perturbed = recorder.Arithmetic is { } arithmetic ? Constructed(arithmetic, null).Backward(leaf, own, gradient, kept).Updated[place] : null;
        var isDense = learnt is LinearParameters or LayerNormParameters { Dense: not null };
        var key = updatedScope[(updatedScope.IndexOf('.', StringComparison.Ordinal) + 1)..] + place;
        var remembered = kept switch
        {
            InputMemory input => input.Input,
            LayerNormMemory norm => norm.Normalized,
            _ => throw leaf.Unread("the oracle"),
        };
        Matrix<double>? weight = null, bias = null;
        if (parameters.HasWeight)
        {
            var step = new TraceStep
            {
                Name = $"{updatedScope}{place}.weight",
                Module = $"{PlanModules.Of(leaf)}Descent",
                Sequence = recorder.Sequence,
                Value = perturbed is null ? Weight(learnt, isDense) : isDense ? perturbed.Weight.Value : perturbed.Weight.Value.Diagonal().ToRowMatrix(),
                IsVector = !isDense,
                Before = Weight(own.Parameters[place], isDense) * rho,
                Input = DescentInput(leaf, own, gradient, kept),
                Again = (tint, other) => Weight(Again(tint, other), isDense),
                Parts = recorder.Descent(configuration, key + ".weight", Weight(own.Parameters[place], isDense), Weight(learnt, isDense)),
                Bound = (_, unit) =>
                {
                    var full = Bounds(unit).Weight;
                    if (own.Parameters[place] is LinearParameters || !configuration.LayerNormBiasOnly)
                    {
                        full = TracedTint.Widened(full, TracedTint.Carried(configuration, gradient, remembered, sequence.TrainMask, unit, stream, kept is LayerNormMemory ? NormRounding(remembered, unit) : null));
                    }

                    return isDense ? full : new Bounded(full.Value.Diagonal().ToRowMatrix(), full.Bound.Diagonal().ToRowMatrix());
                },
            };
            weight = recorder.Give(kept is LayerNormMemory norm
                ? NormSteps.Weight(step, configuration, own.Norm(place), gradient, norm, sequence.TrainMask, g => Weight(Learnt(configuration, own, g, kept), isDense))
                : LinearSteps.Weight(
                    step, configuration, own.Linear(place), gradient, remembered, (layer, g, x) => (LinearParameters)Learnt(configuration, own.With(place, layer), g, new InputMemory(x))));
        }

        if (parameters.HasBias && parameters is not RmsNorm)
        {
            Matrix<double> Bias(ParameterGroup group) => (group is LinearParameters linear ? linear.Bias : ((LayerNormParameters)group).Bias).ToRowMatrix();
            var step = new TraceStep
            {
                Name = $"{updatedScope}{place}.bias",
                Module = $"{PlanModules.Of(leaf)}Descent",
                Sequence = recorder.Sequence,
                Value = perturbed is null ? Bias(learnt) : perturbed.Bias.Value.Transpose(),
                IsVector = true,
                Before = Bias(own.Parameters[place]) * rho,
                Again = (tint, other) => Bias(Again(tint, other)),
                Parts = recorder.Descent(configuration, key + ".bias", Bias(own.Parameters[place]), Bias(learnt)),
                Bound = (_, unit) => TracedTint.Transposed(Bounds(unit).Bias),
                Mistakes = parameters is Linear shared
                    ? LinearSteps.SharedBias(Bias(own.Parameters[place]) * rho, Bias(learnt), shared.InputParts, configuration.Departures.MlpBiasLearntPerChunk)
                    : [],
            };
            bias = recorder.Give(kept is LayerNormMemory norm
                ? NormSteps.Bias(step, configuration, own.Norm(place), gradient, norm, sequence.TrainMask, g => Bias(Learnt(configuration, own, g, kept)))
                : LinearSteps.Bias(step, configuration, gradient, Copies(parameters), g => Bias(Learnt(configuration, own, g, kept))));
        }

        Updated = Updated.With(place, own.Parameters[place] switch
        {
            LinearParameters linear => new LinearParameters(weight ?? linear.Weight, bias?.Row(0) ?? linear.Bias * 0),
            LayerNormParameters norm when weight is null || !isDense => new LayerNormParameters(weight?.Row(0) ?? norm.Weight, bias?.Row(0) ?? norm.Bias * 0),
            LayerNormParameters norm => norm with { Dense = weight, Bias = bias?.Row(0) ?? norm.Bias * 0 },
            var other => other,
        });
    }

    /// <summary>How often a bias learns: once a chunk that shares it (V2).</summary>
    private int Copies(ParameterLeaf parameters) => configuration.Departures.MlpBiasLearntPerChunk && parameters is Linear linear ? linear.InputParts : 1;

    /// <summary>x̂ is made by another implementation with a few roundings of its own; its entries are of the size of 1.</summary>
    private Matrix<double> NormRounding(Matrix<double> normalised, double unit) =>
        normalised.Map(z => (configuration.Auxiliary.HiddenSize + 8) * unit * (1 + Math.Abs(z)), Zeros.Include);

    private static Matrix<double> Weight(ParameterGroup group, bool isDense) => group switch
    {
        LinearParameters linear => linear.Weight,
        LayerNormParameters norm when isDense => norm.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(norm.Weight),
        LayerNormParameters norm => norm.Weight.ToRowMatrix(),
        _ => throw new ArgumentException($"{group.GetType().Name} has no weight", nameof(group)),
    };

    private static ModuleInput? Input(Leaf leaf, AuxiliaryLayer own, Matrix<double> gradient, LeafMemory kept) => (leaf, kept) switch
    {
        (Linear { OutputParts: 1, InputParts: 1 } linear, _) when linear.Outputs == linear.Inputs => new ModuleInput { Module = "LinearBackward", Signal = gradient, Linear = own.Linear(leaf.Place) },
        (Norm { IsAffine: true }, LayerNormMemory norm) => new ModuleInput
        {
            Module = "LayerNormBackward",
            Signal = gradient,
            Norm = own.Norm(leaf.Place),
            Memory = [norm.Normalized, norm.Input],
        },
        _ => null,
    };

    private ModuleInput? DescentInput(Leaf leaf, AuxiliaryLayer own, Matrix<double> gradient, LeafMemory kept) => (leaf, kept) switch
    {
        (Linear { OutputParts: 1, InputParts: 1, HasBias: true } linear, InputMemory input) when linear.Outputs == linear.Inputs && gradient.RowCount == sequence.Length => new ModuleInput
        {
            Module = "LinearDescent",
            Signal = gradient,
            Linear = own.Linear(leaf.Place),
            Memory = [input.Input],
            TrainMask = sequence.TrainMask,
        },
        (Norm { IsAffine: true, HasBias: true }, LayerNormMemory norm) => new ModuleInput
        {
            Module = "LayerNormDescent",
            Signal = gradient,
            Norm = own.Norm(leaf.Place),
            Memory = [norm.Normalized, norm.Input],
            TrainMask = sequence.TrainMask,
        },
        _ => null,
    };
}
