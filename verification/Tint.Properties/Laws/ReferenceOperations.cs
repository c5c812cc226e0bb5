using MathNet.Numerics.LinearAlgebra;
using Tint.Properties.Implementations;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;

namespace Tint.Properties.Laws;

/// <summary>The literal construction of the operations of other architectures with a bound on every number, after <see cref="Tolerance"/>.</summary>
/// <param name="configuration">The construction's shape and options.</param>
internal sealed class ReferenceOperations(TintConfiguration configuration)
{
    private readonly ConstructedOperations _operations = new(configuration, Tolerance.ModuleArithmetic);

    public (Bounded Output, Bounded Normalized, Bounded Input) RmsNormForward(LayerNormParameters layer, Matrix<double> x)
    {
        var (output, normalized, input) = _operations.RmsNormForward(layer, x);
        return (Of(output), Of(normalized), Of(input));
    }

    public Bounded RmsNormBackward(LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory) =>
        Of(_operations.RmsNormBackward(layer, gradient, memory));

    public BoundedLayer RmsNormDescent(LayerNormParameters layer, Matrix<double> gradient, LayerNormMemory memory, IReadOnlyList<double> trainMask) =>
        Layer(_operations.RmsNormDescent(layer, gradient, memory, trainMask), configuration.Auxiliary.HiddenSize);

    public (Bounded Output, Bounded Left, Bounded Right) ProductForward(Matrix<double> left, Matrix<double> right)
    {
        var (output, first, second) = _operations.ProductForward(left, right);
        return (Of(output), Of(first), Of(second));
    }

    public (Bounded Left, Bounded Right) ProductBackward(Matrix<double> gradient, ProductMemory memory)
    {
        var (left, right) = _operations.ProductBackward(gradient, memory);
        return (Of(left), Of(right));
    }

    public (Bounded Output, Bounded Query, Bounded Key, Bounded Input) AttentionForward(
        AttentionForm form, LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double>? iclMask)
    {
        var (output, queries, keys, input) = _operations.AttentionForward(form, query, key, value, x, iclMask);
        return (Of(output), Of(queries), Columns(Of(keys), key.Weight.RowCount), Of(input));
    }

    public (Bounded InputGradient, BoundedLayer Updated) AttentionBackwardDescent(
        AttentionForm form, LinearParameters value, Matrix<double> gradient, AttentionMemory memory, IReadOnlyList<double> trainMask, Matrix<double>? iclMask)
    {
        var (input, prefixes) = _operations.AttentionBackwardDescent(form, value, gradient, memory, trainMask, iclMask);
        return (Of(input), Layer(prefixes, value.Weight.RowCount));
    }

    public (Bounded Output, Bounded Query, Bounded Key, Bounded Other) CrossAttentionForward(
        LinearParameters query, LinearParameters key, LinearParameters value, Matrix<double> x, Matrix<double> other)
    {
        var (output, queries, keys, others) = _operations.CrossAttentionForward(query, key, value, x, other);
        return (Of(output), Of(queries), Of(keys), Of(others));
    }

    public (Bounded OtherGradient, BoundedLayer Updated) CrossAttentionBackwardDescent(LinearParameters value, Matrix<double> gradient, CrossAttentionMemory memory)
    {
        var (other, prefixes) = _operations.CrossAttentionBackwardDescent(value, gradient, memory);
        return (Of(other), Layer(prefixes, value.Weight.RowCount));
    }

    private static Bounded Of(Tracked tracked) => Bounded.Of(tracked, Tolerance.Module);

    private static Bounded Columns(Bounded whole, int count) =>
        new(whole.Value.SubMatrix(0, whole.Value.RowCount, 0, count), whole.Bound.SubMatrix(0, whole.Value.RowCount, 0, count));

    /// <summary>The layer's own rows; those behind them are padding.</summary>
    private BoundedLayer Layer(Slots prefixes, int rows)
    {
        var (value, bound) = (PrefixStack.Unstack(configuration, prefixes), PrefixStack.Unstack(configuration, Errors.Of(prefixes, Tolerance.Module)));
        return new BoundedLayer(
            new Bounded(Rows(value.Weight), Rows(bound.Weight)), new Bounded(Rows(value.Bias.ToColumnMatrix()), Rows(bound.Bias.ToColumnMatrix())));

        Matrix<double> Rows(Matrix<double> matrix) => matrix.SubMatrix(0, rows, 0, matrix.ColumnCount);
    }
}
