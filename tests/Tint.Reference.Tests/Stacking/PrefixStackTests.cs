using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.DenseEvaluation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Stacking;

public sealed class PrefixStackTests
{
    private static readonly TintConfiguration Small = SmallModels.Configuration;

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 50)]
    public void Prefixes_hold_rows_flattened_and_then_the_whole_bias(ShapeCase shape)
    {
        var (configuration, layer) = (shape.Configuration, Layer(shape));
        Assert.Equal(
            DenseStack.Of(configuration, layer), PrefixStack.Stack(configuration, layer).ToMatrix().ToArray());
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 50)]
    public void Unstacking_gives_back_what_was_stacked(ShapeCase shape)
    {
        var (configuration, layer) = (shape.Configuration, Layer(shape));
        Assert.Equal(layer, PrefixStack.Unstack(configuration, PrefixStack.Stack(configuration, layer)));

        var diagonal = new LayerNormParameters(layer.Weight.Diagonal(), layer.Bias);
        var norm = PrefixStack.UnstackNorm(configuration, PrefixStack.Stack(configuration, diagonal));
        Assert.Equal(diagonal, norm);
        Assert.Null(norm.Dense);

        var dense = diagonal with { Dense = layer.Weight };
        Assert.Equal(dense, PrefixStack.UnstackNorm(configuration, PrefixStack.Stack(configuration, dense)));
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 30)]
    public void A_diagonal_stacks_as_the_matrix_that_it_stands_for_and_says_where_it_is_not_zero(ShapeCase shape)
    {
        var (configuration, layer) = (shape.Configuration, Layer(shape));
        var gamma = layer.Weight.Diagonal();
        var stacked = PrefixStack.Stack(configuration, new LayerNormParameters(gamma, layer.Bias));
        var matrix = new LinearParameters(Matrix<double>.Build.DenseOfDiagonalVector(gamma), layer.Bias);
        Assert.Equal(PrefixStack.Stack(configuration, matrix).ToMatrix(), stacked.ToMatrix());
        for (var row = 0; row < configuration.RowsPerPrefix; row++)
        {
            // Rows row, n + row, 2n + row, … of the diagonal have one entry each.
            Assert.Equal(
                Enumerable.Range(0, configuration.PrefixCount).Select(prefix => (prefix * configuration.RowsPerPrefix) + row),
                stacked[row]!.NonzeroColumns);
        }
    }

    [Fact]
    public void The_bias_is_read_from_the_first_prefix_alone()
    {
        var layer = new LinearParameters(new RandomNumbers(1).Matrix(6, 6), new RandomNumbers(2).Vector(6));
        var states = PrefixStack.Stack(Small, layer).ToMatrix();
        Assert.Equal(layer.Bias, states.SubMatrix(1, 1, 18, 6).Row(0));
        states.SetSubMatrix(1, 18, Matrix<double>.Build.Dense(1, 6, 99));
        Assert.Equal(layer, PrefixStack.Unstack(Small, Reference.Primitives.Slots.From(states, 6)));
    }

    [Fact]
    public void Empty_slots_read_as_zeros()
    {
        var nothing = PrefixStack.Unstack(Small, Reference.Primitives.Slots.Zero(2, 6, 4));
        Assert.Equal(new LinearParameters(Matrix<double>.Build.Dense(6, 6), Vector<double>.Build.Dense(6)), nothing);
    }

    [Fact]
    public void Rejects_layers_of_another_shape()
    {
        var (weight, bias) = (Matrix<double>.Build.Dense(6, 6), Vector<double>.Build.Dense(6));
        Refusal.Of(
            () => PrefixStack.Stack(Small, new LinearParameters(Matrix<double>.Build.Dense(5, 6), bias)), "a stacked weight must be [6 × 6]", "[5 × 6]");
        Refusal.Of(
            () => PrefixStack.Stack(Small, new LinearParameters(weight, Vector<double>.Build.Dense(7))), "a stacked bias must have 6 entries", "7");
        Refusal.Of(
            () => PrefixStack.Stack(Small, new LayerNormParameters(Vector<double>.Build.Dense(5), bias)), "a stacked γ must have 6 entries", "5");
        Refusal.Of(
            () => PrefixStack.Stack(Small, new LayerNormParameters(bias, Vector<double>.Build.Dense(5))), "a stacked β must have 6 entries", "5");
    }

    private static LinearParameters Layer(ShapeCase shape)
    {
        var (random, width) = (new RandomNumbers(shape.Seed), shape.Configuration.Auxiliary.HiddenSize);
        return new LinearParameters(random.Matrix(width, width), random.Vector(width));
    }
}
