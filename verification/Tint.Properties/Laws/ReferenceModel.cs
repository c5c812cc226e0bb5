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
        var zero = AuxiliaryWeightsAlgebra.Map(weights, static _ => 0);
        var firstTrained = weights.Layers.Count - configuration.TrainedLayers;
        AuxiliaryLayer[] layers = [.. zero.Layers.Select((layer, index) => index < firstTrained ? layer : layer with
        {
            Outer = layer.Outer with { Bias = Shares(configuration, weights.Layers[index].Outer.Bias.PointwiseAbs()) },
        })];
        var finalNorm = zero.FinalNorm;
        foreach (var entry in trace.Where(entry => entry.UpdatedPrefixes.Count > 0))
        {
            Slots[] errors = [.. entry.UpdatedPrefixes.Select(prefixes => Errors.Of(prefixes, Tolerance.Model))];
            if (errors.Length == 1)
            {
                finalNorm = PrefixStack.UnstackNorm(configuration, errors[0]);
                continue;
            }

            var index = int.Parse(entry.Name[^2..], System.Globalization.CultureInfo.InvariantCulture);
            layers[index] = Layer(configuration, errors, entry.UpdatedPrefixes);
        }

        return zero with { Layers = layers, FinalNorm = finalNorm };
    }

    private static AuxiliaryLayer Layer(TintConfiguration configuration, Slots[] errors, IReadOnlyList<Slots> values)
    {
        var plan = BlockPlan.Of(configuration.Auxiliary);
        var bounds = BlockPrefixes.From(plan, errors).Unstack(configuration);

        var shares = BlockPrefixes.From(plan, values).Loads.At(Place.Outer).Select(load => PrefixStack.Unstack(configuration, load).Bias.PointwiseAbs());
        var magnitude = shares.Aggregate(Vector<double>.Build.Dense(configuration.Auxiliary.HiddenSize), (sum, share) => sum + share);
        return bounds with { Outer = bounds.Outer with { Bias = bounds.Outer.Bias + Shares(configuration, magnitude) } };
    }

    /// <summary>The outer bias is cut into C shares and summed again, once or after every step: a division and at most C sums each time.</summary>
    private static Vector<double> Shares(TintConfiguration configuration, Vector<double> magnitude) =>
        Tolerance.Gamma((configuration.Auxiliary.MlpChunkCount + 1) * (configuration.SgdSteps + 1)) * magnitude;
}
