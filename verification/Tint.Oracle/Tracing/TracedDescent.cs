using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>The descent of one module of a block, recorded: its weight, then its bias.</summary>
/// <param name="recorder">Takes the steps.</param>
/// <param name="configuration">The TinT.</param>
/// <param name="scope">What the parameters' names begin with, as in <c>updated0.layer1.</c>.</param>
/// <param name="sequence">Gives the train mask.</param>
/// <param name="piece">The module.</param>
/// <param name="gradient">The gradient at its output.</param>
/// <param name="kept">What its forward pass left.</param>
internal sealed class TracedDescent(
    TraceRecorder recorder, TintConfiguration configuration, string scope, TokenSequence sequence, LeafPiece piece, Matrix<double> gradient, LeafMemory kept)
{
    private readonly ParameterGroup _before = piece.Layer.Parameters[piece.Leaf.Place];
    private readonly Lazy<ParameterGroup> _learnt = new(() => Learnt(recorder.Modules, configuration, sequence, piece.Leaf, piece.Layer, gradient, kept));

    /// <summary>Whether the weight is a matrix; else it is γ.</summary>
    public bool IsDense => _learnt.Value is LinearParameters or LayerNormParameters { Dense: not null };

    private Place Place => piece.Leaf.Place;

    private BoundedLayer? Perturbed => recorder.Arithmetic is { } arithmetic
        ? new ConstructedLeaf(configuration, sequence, arithmetic, null).Backward(piece.Leaf, piece.Layer, gradient, kept).Updated[Place]
        : null;

    /// <summary>W or Γ after the descent.</summary>
    public Matrix<double> Weight()
    {
        var (isDense, stream, perturbed) = (IsDense, recorder.Stream, Perturbed);
        var remembered = kept is LayerNormMemory of ? of.Normalized : ((InputMemory)kept).Input;
        var step = Step(
            ".weight",
            perturbed is null ? null : isDense ? perturbed.Weight.Value : perturbed.Weight.Value.Diagonal().ToRowMatrix(),
            group => Weight(group, isDense),
            Bound) with
        {
            Row = piece.OutputAt,
            Column = piece.InputAt,
            IsVector = !isDense,
            Part = piece.Chunk,
            Input = LeafModules.DescentInput(piece.Leaf, piece.Layer, gradient, kept, sequence),
        };
        return recorder.Give(kept is LayerNormMemory norm
            ? NormSteps.Weight(step, configuration, (LayerNormParameters)_before, gradient, norm, sequence.TrainMask, g => Weight(Learnt(piece.Layer, g, kept), isDense))
            : LinearSteps.Weight(
                step, configuration, (LinearParameters)_before, gradient, remembered, (layer, g, x) => (LinearParameters)Learnt(piece.Layer.With(Place, layer), g, new InputMemory(x))));

        Bounded Bound(double unit)
        {
            var full = Bounds(unit).Weight;
            if (_before is LinearParameters || !configuration.LayerNormBiasOnly)
            {
                full = DescentBounds.Widened(full, DescentBounds.Carried(
                    configuration, gradient, remembered, sequence.TrainMask, unit, stream, kept is LayerNormMemory ? NormRounding(remembered, unit) : null));
            }

            return isDense ? full : new Bounded(full.Value.Diagonal().ToRowMatrix(), full.Bound.Diagonal().ToRowMatrix());
        }
    }

    /// <summary>b or β after the descent.</summary>
    public Matrix<double> Bias()
    {
        // Chunks that share a bias each learn it in full (V2).
        var shared = piece.Leaf is Linear linear ? linear.InputParts : 1;
        var isLearntPerChunk = configuration.Departures.MlpBiasLearntPerChunk;
        var step = Step(".bias", Perturbed?.Bias.Value.Transpose(), Bias, unit => DescentBounds.Transposed(Bounds(unit).Bias)) with { Column = piece.OutputAt, IsVector = true };
        step = step with { Mistakes = LinearSteps.SharedBias(step.Before!, step.Value, shared, isLearntPerChunk) };
        return recorder.Give(kept is LayerNormMemory norm
            ? NormSteps.Bias(step, configuration, (LayerNormParameters)_before, gradient, norm, sequence.TrainMask, g => Bias(Learnt(piece.Layer, g, kept)))
            : LinearSteps.Bias(step, configuration, gradient, isLearntPerChunk ? shared : 1, g => Bias(Learnt(piece.Layer, g, kept))));
    }

    private static ParameterGroup Learnt(
        ITintModules? tint, TintConfiguration other, TokenSequence sequence, Leaf leaf, AuxiliaryLayer layer, Matrix<double> g, LeafMemory of) =>
        (tint is null ? null : LeafModules.Descent(tint, other, leaf, layer, g, of, sequence.TrainMask)) ?? TracedBackward.Run(sequence, leaf, layer, g, of, other).Updated.Parameters[leaf.Place];

    private ParameterGroup Learnt(AuxiliaryLayer layer, Matrix<double> g, LeafMemory of) => Learnt(recorder.Modules, configuration, sequence, piece.Leaf, layer, g, of);

    private BoundedLayer Bounds(double unit) => ConstructedLeaf.Bounding(configuration, sequence, unit).Backward(piece.Leaf, piece.Layer, gradient, kept).Updated[Place];

    private TraceStep Step(string kind, Matrix<double>? perturbed, Func<ParameterGroup, Matrix<double>> of, Func<double, Bounded> bound)
    {
        var key = scope[(scope.IndexOf('.', StringComparison.Ordinal) + 1)..] + Place + kind + piece.Chunk;
        return new TraceStep
        {
            Name = $"{scope}{Place}{kind}",
            Module = $"{LeafModules.Of(piece.Leaf)}Descent",
            Sequence = recorder.Sequence,
            Value = perturbed ?? of(_learnt.Value),
            Before = of(_before) * SimulatedGate.Factor(configuration),
            Again = (tint, other) => of(Learnt(tint, other, sequence, piece.Leaf, piece.Layer, gradient, kept)),
            Parts = recorder.Descent(configuration, key, of(_before), of(_learnt.Value)),
            Bound = (_, unit) => bound(unit),
        };
    }

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

    private static Matrix<double> Bias(ParameterGroup group) => (group is LinearParameters linear ? linear.Bias : ((LayerNormParameters)group).Bias).ToRowMatrix();
}
