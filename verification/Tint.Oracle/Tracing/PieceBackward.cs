using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Input;
using Tint.Reference.Simulation;

namespace Tint.Oracle.Tracing;

/// <summary>The backward pass and the descent of one module of a block, computed once for all steps that they make.</summary>
/// <param name="recorder">Says what computes.</param>
/// <param name="configuration">The TinT.</param>
/// <param name="sequence">Gives the masks.</param>
/// <param name="piece">The module.</param>
/// <param name="gradient">The gradient at its output.</param>
/// <param name="memory">What its forward pass left.</param>
internal sealed class PieceBackward(
    TraceRecorder recorder, TintConfiguration configuration, TokenSequence sequence, LeafPiece piece, Matrix<double> gradient, LeafMemory memory)
{
    private readonly Lazy<(Matrix<double> Gradient, AuxiliaryLayer Updated)> _closed = new(() => Run(configuration, sequence, piece.Leaf, piece.Layer, gradient, memory));
    private readonly Lazy<(Bounded Gradient, IReadOnlyDictionary<Place, BoundedLayer> Updated)?> _perturbed = new(() => recorder.Arithmetic is { } arithmetic
        ? new ConstructedLeaf(configuration, sequence, arithmetic, null).Backward(piece.Leaf, piece.Layer, gradient, memory)
        : null);

    private readonly ByUnit<(Bounded Gradient, IReadOnlyDictionary<Place, BoundedLayer> Updated)> _bounds = new(unit =>
        ConstructedLeaf.Bounding(configuration, sequence, unit).Backward(piece.Leaf, piece.Layer, gradient, memory));

    /// <summary>The module.</summary>
    public LeafPiece Piece => piece;

    /// <summary>Where the module's parameters are.</summary>
    public Place Place => piece.Leaf.Place;

    /// <summary>The gradient at its output.</summary>
    public Matrix<double> Gradient => gradient;

    /// <summary>What its forward pass left.</summary>
    public LeafMemory Memory => memory;

    /// <summary>The gradient at its input.</summary>
    public Matrix<double> Value => _perturbed.Value?.Gradient.Value ?? InputGradient(recorder.Modules, configuration, piece.Layer, gradient, memory);

    /// <summary>Its parameters after the descent.</summary>
    public ParameterGroup Learnt => Updated(recorder.Modules, configuration, piece.Layer, gradient, memory);

    /// <summary>The same by the literal construction, where that computes; null elsewhere.</summary>
    public BoundedLayer? Perturbed => _perturbed.Value?.Updated[Place];

    /// <summary>The gradient at its input, with a bound on every entry.</summary>
    public Bounded BoundOfGradient(double unit) => _bounds.At(unit).Gradient;

    /// <summary>Its parameters after the descent, with a bound on every entry.</summary>
    public BoundedLayer BoundOfUpdate(double unit) => _bounds.At(unit).Updated[Place];

    /// <summary>The gradient at the input by what computes, on the module's inputs or others.</summary>
    public Matrix<double> InputGradient(ITintModules? tint, TintConfiguration other, AuxiliaryLayer layer, Matrix<double> g, LeafMemory kept) =>
        (tint is null ? null : LeafModules.Backward(tint, other, piece.Leaf, layer, g, kept)) ?? Closed(other, layer, g, kept).Gradient;

    /// <summary>The parameters after the descent, likewise.</summary>
    public ParameterGroup Updated(ITintModules? tint, TintConfiguration other, AuxiliaryLayer layer, Matrix<double> g, LeafMemory kept) =>
        (tint is null ? null : LeafModules.Descent(tint, other, piece.Leaf, layer, g, kept, sequence.TrainMask)) ?? Closed(other, layer, g, kept).Updated.Parameters[Place];

    private (Matrix<double> Gradient, AuxiliaryLayer Updated) Closed(TintConfiguration other, AuxiliaryLayer layer, Matrix<double> g, LeafMemory kept) =>
        ReferenceEquals(other, configuration) && ReferenceEquals(layer, piece.Layer) && ReferenceEquals(g, gradient) && ReferenceEquals(kept, memory)
            ? _closed.Value
            : Run(other, sequence, piece.Leaf, layer, g, kept);

    private static (Matrix<double> Gradient, AuxiliaryLayer Updated) Run(
        TintConfiguration configuration, TokenSequence sequence, Leaf leaf, AuxiliaryLayer layer, Matrix<double> gradient, LeafMemory kept)
    {
        var reading = new SimulatedBackward(
            configuration, new BlockPlan(leaf), layer, new BlockMemory(new Placed<LeafMemory>([(leaf.Place, 0, kept)])), sequence, new TrainedTokens(sequence.TrainMask, gradient.RowCount));
        return (reading.Backward(leaf, 0, gradient), reading.Updated);
    }
}
