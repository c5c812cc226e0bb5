using MathNet.Numerics.LinearAlgebra;
using Tint.Reference;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Properties.Laws;

/// <summary>A whole literal construction's outcome for one sequence, with a bound on every number, after <see cref="Tolerance"/>.</summary>
/// <param name="OriginalLogits">The logits before training, [T × V].</param>
/// <param name="Logits">The logits after training, [T × V].</param>
/// <param name="Weights">The weights after training.</param>
/// <param name="WeightBounds">A bound in every weight's place.</param>
internal sealed record ReferenceModel(Bounded OriginalLogits, Bounded Logits, AuxiliaryWeights Weights, AuxiliaryWeights WeightBounds)
{
    /// <summary>Runs the construction on a batch.</summary>
    /// <exception cref="DivergenceException">Training left the finite numbers, so that there is nothing to compare with.</exception>
    public static ReferenceBatch Run(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TokenSequence> batch)
    {
        var result = Finite(() => new ConstructedTint(configuration, weights).RunTracked(batch, Tolerance.ModelArithmetic, trace: true));
        var outcome = new ReferenceBatch(
            [.. result.Sequences.Select(sequence => new ReferenceModel(
                Bounded.Of(sequence.OriginalLogits, Tolerance.Model),
                Bounded.Of(sequence.Logits, Tolerance.Model),
                sequence.UpdatedWeights,
                Bounds(configuration, weights, sequence.Trace)))],
            Scalar(result.OriginalLoss),
            Scalar(result.FinalLoss));
        return outcome.Sequences.All(static sequence => sequence.IsFinite) ? outcome : throw new DivergenceException();
    }

    private bool IsFinite => Logits.Bound.Enumerate().All(double.IsFinite)
        && AuxiliaryWeightsAlgebra.Blocks(WeightBounds).All(static block => block.Values.Span.IndexOfAnyExceptInRange(0, double.MaxValue) < 0);

    private static TrackedBatchResult Finite(Func<TrackedBatchResult> run)
    {
        try
        {
            return run();
        }
        catch (RuleViolationException violation) when (Divergence.IsReasonOf(violation))
        {
            throw new DivergenceException();
        }
    }

    private static (double Value, double Bound)? Scalar(TrackedScalar? scalar) =>
        scalar is { } known ? (known.Value, Tolerance.Model.Bound(known.Error)) : null;

    /// <summary>The bounds of the last step's prefixes; what no descent wrote has none.</summary>
    private static AuxiliaryWeights Bounds(TintConfiguration configuration, AuxiliaryWeights weights, IReadOnlyList<TraceEntry> trace)
    {
        var (zero, plan) = (AuxiliaryWeightsAlgebra.Map(weights, static _ => 0), weights.Plan);
        var firstTrained = weights.Layers.Count - configuration.TrainedLayers;
        AuxiliaryLayer[] layers =
        [
            .. zero.Layers.Select((layer, index) => index < firstTrained ? layer : Shared(
                configuration, plan.Blocks[index], layer, leaf => weights.Layers[index].Linear(leaf.Place).Bias.PointwiseAbs())),
        ];
        var outside = zero.Outside;
        foreach (var entry in trace.Where(entry => entry.UpdatedPrefixes.Count > 0))
        {
            Slots[] errors = [.. entry.UpdatedPrefixes.Select(prefixes => Errors.Of(prefixes, Tolerance.Model))];
            var place = entry.Name[(entry.Name.LastIndexOf('.') + 1)..];
            if (!place.StartsWith("layer", StringComparison.Ordinal))
            {
                var nodes = (place == "encoder_norm" ? plan.EncoderFinal : plan.Final)!;
                outside = Layer(configuration, nodes, errors, entry.UpdatedPrefixes).Parameters.Items.Aggregate(
                    outside, static (all, item) => all.With(item.Place, item.Value));
                continue;
            }

            var index = int.Parse(place[^2..], System.Globalization.CultureInfo.InvariantCulture);
            layers[index] = Layer(configuration, plan.Blocks[index], errors, entry.UpdatedPrefixes);
        }

        return zero with { Layers = layers, Outside = outside };
    }

    private static AuxiliaryLayer Layer(TintConfiguration configuration, BlockPlan plan, Slots[] errors, IReadOnlyList<Slots> values)
    {
        var (bounds, loads) = (BlockPrefixes.From(plan, errors).Loads, BlockPrefixes.From(plan, values).Loads);
        var layer = AuxiliaryLayer.Of(plan, leaf => leaf is Linear linear
            ? Whole(linear, [.. bounds.At(leaf.Place).Select(load => PrefixStack.Unstack(configuration, load))])
            : PrefixStack.UnstackNorm(configuration, bounds[leaf.Place]));
        return Shared(configuration, plan, layer, leaf => loads.At(leaf.Place).Select(load => PrefixStack.Unstack(configuration, load).Bias.PointwiseAbs())
            .Aggregate(static (sum, share) => sum + share));
    }

    /// <summary>A layer's bounds from those of its chunks; what pads the last chunk, or a layer that is narrower than the model, has none.</summary>
    private static LinearParameters Whole(Linear leaf, IReadOnlyList<LinearParameters> chunks)
    {
        var weight = chunks.Skip(1).Aggregate(
            chunks[0].Weight, (sum, chunk) => leaf.OutputParts > 1 ? sum.Stack(chunk.Weight) : sum.Append(chunk.Weight));
        var bias = leaf.OutputParts > 1
            ? Vector<double>.Build.DenseOfEnumerable(chunks.SelectMany(static chunk => chunk.Bias))
            : chunks.Select(static chunk => chunk.Bias).Aggregate(static (sum, share) => sum + share);
        return new(weight.SubMatrix(0, leaf.Outputs, 0, leaf.Inputs), bias.SubVector(0, leaf.Outputs));
    }

    /// <summary>A bias that chunks share is cut into C shares and summed again, once or after every step: a division and at most C sums each time.</summary>
    private static AuxiliaryLayer Shared(TintConfiguration configuration, BlockPlan plan, AuxiliaryLayer layer, Func<Linear, Vector<double>> magnitude) =>
        plan.Parameters.OfType<Linear>().Where(static leaf => leaf.InputParts > 1).Aggregate(layer, (all, leaf) =>
        {
            var (linear, gamma) = (all.Linear(leaf.Place), Tolerance.Gamma((leaf.InputParts + 1) * (configuration.SgdSteps + 1)));
            return all.With(leaf.Place, linear with { Bias = linear.Bias + (gamma * magnitude(leaf)) });
        });
}
