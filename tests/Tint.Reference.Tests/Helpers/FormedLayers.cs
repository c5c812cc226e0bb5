using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Reference.Tests.Helpers;

/// <summary>Layers, signals and memory of attention of some form, drawn from a shape's seed: key and value layers have rows for the heads that there are.</summary>
internal sealed class FormedLayers
{
    private readonly ShapeCase _shape;

    public FormedLayers(ShapeCase shape, AttentionForm form, bool icl)
    {
        var (random, width, inner) = (new RandomNumbers(shape.Seed), shape.Configuration.Auxiliary.HiddenSize, form.KeyValueWidth(shape.Configuration.Auxiliary));
        LinearParameters Linear(int outputs) => new(random.Matrix(outputs, width, 1 / Math.Sqrt(width)), random.Vector(outputs, 0.3));
        Matrix<double> Rows(int columns) => random.Matrix(shape.TokenCount, columns);
        _shape = shape;
        (Query, Key, Value) = (Linear(width), Linear(inner), Linear(inner));
        (X, Gradient) = (Rows(width), Rows(width));
        Memory = new AttentionMemory(Rows(width), Rows(inner), Rows(width));
        (TrainMask, IclMask) = (shape.TrainMask(), icl ? shape.IclMask() : null);
    }

    public TintConfiguration Configuration => _shape.Configuration;

    public AuxiliaryConfiguration Auxiliary => _shape.Configuration.Auxiliary;

    public LinearParameters Query { get; }

    public LinearParameters Key { get; }

    public LinearParameters Value { get; }

    public Matrix<double> X { get; }

    public Matrix<double> Gradient { get; }

    public AttentionMemory Memory { get; }

    public IReadOnlyList<double> TrainMask { get; }

    public Matrix<double>? IclMask { get; }

    /// <summary>A layer with fewer rows in prefixes, zero rows behind them.</summary>
    public Slots Stacked(LinearParameters layer) => PrefixStack.Stack(Configuration, InnerChunks.Inner(layer, 0));

    /// <summary>Fewer columns filled up with zeros.</summary>
    public Matrix<double> Padded(Matrix<double> rows) => Matrix<double>.Build.Dense(
        rows.RowCount, Auxiliary.HiddenSize, (t, c) => c < rows.ColumnCount ? rows[t, c] : 0);

    /// <summary>Tokens with a signal and nothing else.</summary>
    public Slots Tokens(Matrix<double> signal) =>
        Slots.Zero(signal.RowCount, Auxiliary.HiddenSize, Configuration.RowsPerPrefix + 1).With(0, new Tracked(signal));
}
