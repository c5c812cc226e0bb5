using MathNet.Numerics.LinearAlgebra;
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
/// <param name="module">The module.</param>
internal sealed class TracedDescent(TraceRecorder recorder, TintConfiguration configuration, string scope, TokenSequence sequence, PieceBackward module)
{
    private readonly (LeafPiece Piece, Matrix<double> Gradient, LeafMemory Memory) _module = (module.Piece, module.Gradient, module.Memory);
    private readonly ParameterGroup _before = module.Piece.Layer.Parameters[module.Place];
    private readonly Lazy<ParameterGroup> _learnt = new(() => module.Learnt);

    /// <summary>Whether the weight is a matrix; else it is γ.</summary>
    public bool IsDense => _learnt.Value is LinearParameters or LayerNormParameters { Dense: not null };

    /// <summary>W or Γ after the descent.</summary>
    public Matrix<double> Weight()
    {
        var (piece, gradient, kept) = _module;
        var (isDense, stream, perturbed) = (IsDense, recorder.Stream, module.Perturbed);
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
                step, configuration, (LinearParameters)_before, gradient, remembered, (layer, g, x) => (LinearParameters)Learnt(piece.Layer.With(module.Place, layer), g, new InputMemory(x))));

        Bounded Bound(double unit)
        {
            var full = module.BoundOfUpdate(unit).Weight;
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
        var (piece, gradient, kept) = _module;

        // Chunks that share a bias each learn it in full (V2).
        var shared = piece.Leaf is Linear linear ? linear.InputParts : 1;
        var isLearntPerChunk = configuration.Departures.MlpBiasLearntPerChunk;
        var step = Step(".bias", module.Perturbed?.Bias.Value.Transpose(), Bias, unit => DescentBounds.Transposed(module.BoundOfUpdate(unit).Bias)) with { Column = piece.OutputAt, IsVector = true };
        step = step with { Mistakes = LinearSteps.SharedBias(step.Before!, step.Value, shared, isLearntPerChunk) };
        return recorder.Give(kept is LayerNormMemory norm
            ? NormSteps.Bias(step, configuration, (LayerNormParameters)_before, gradient, norm, sequence.TrainMask, g => Bias(Learnt(piece.Layer, g, kept)))
            : LinearSteps.Bias(step, configuration, gradient, isLearntPerChunk ? shared : 1, g => Bias(Learnt(piece.Layer, g, kept))));
    }

    private ParameterGroup Learnt(AuxiliaryLayer layer, Matrix<double> gradient, LeafMemory memory) => module.Updated(recorder.Modules, configuration, layer, gradient, memory);

    private TraceStep Step(string kind, Matrix<double>? perturbed, Func<ParameterGroup, Matrix<double>> of, Func<double, Bounded> bound)
    {
        var (piece, gradient, kept) = _module;
        var key = scope[(scope.IndexOf('.', StringComparison.Ordinal) + 1)..] + module.Place + kind + piece.Chunk;
        return new TraceStep
        {
            Name = $"{scope}{module.Place}{kind}",
            Module = $"{LeafModules.Of(piece.Leaf)}Descent",
            Sequence = recorder.Sequence,
            Value = perturbed ?? of(_learnt.Value),
            Before = of(_before) * SimulatedGate.Factor(configuration),
            Again = (tint, other) => of(module.Updated(tint, other, piece.Layer, gradient, kept)),
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
