using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class SlotsTests
{
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 50)]
    public void Cutting_into_slots_and_joining_them_gives_the_matrix_back(ShapeCase shape)
    {
        var states = shape.States();
        var matrix = states.ToMatrix();
        Assert.Equal(matrix, HiddenStates.From(shape.Configuration, matrix).ToMatrix());
        var width = shape.Configuration.Auxiliary.HiddenSize;
        for (var slot = 0; slot < states.Tokens.Count; slot++)
        {
            var part = matrix.SubMatrix(shape.Configuration.PrefixCount, shape.TokenCount, slot * width, width);
            Assert.Equal(part.Exists(value => value != 0) ? part : null, states.Tokens[slot]?.Value);
            Assert.Null(states.Tokens[slot]?.Error);
        }
    }

    [Fact]
    public void A_slot_of_zeros_is_null_and_joins_as_zeros()
    {
        var slots = Slots.From(Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2, 0, 0 }, { 0, 0, 0, 0 } }), width: 2);
        Assert.Equal((2, 2, 2), (slots.Count, slots.Width, slots.RowCount));
        Assert.NotNull(slots[0]);
        Assert.Null(slots[1]);
        Assert.Equal([1, 2, 0, 0, 0, 0, 0, 0], slots.ToMatrix().ToRowMajorArray());
        Assert.Equal(Matrix<double>.Build.Dense(3, 8), Slots.Zero(rowCount: 3, width: 2, count: 4).ToMatrix());
    }

    [Fact]
    public void Replacing_one_slot_leaves_the_original_alone()
    {
        var slots = Slots.Zero(1, 2, 3);
        var contents = new Tracked(Matrix<double>.Build.Dense(1, 2, 5.0));
        var changed = slots.With(1, contents);
        Assert.Null(slots[1]);
        Assert.Same(contents, changed[1]);
        Assert.Null(changed.With(1, null)[1]);
    }

    [Fact]
    public void A_tail_comes_from_the_other_slots()
    {
        var (low, high) = (Filled(1), Filled(2));
        var joined = low.Tail(1, high);
        Assert.Equal([1, 2, 2], Enumerable.Range(0, 3).Select(slot => joined[slot]!.Value[0, 0]));
    }

    [Fact]
    public void Rows_are_selected_in_every_slot_with_their_errors()
    {
        var matrix = Matrix<double>.Build.Dense(3, 2, (row, column) => (10 * row) + column);
        var slots = new Slots(3, 2, [new Tracked(matrix, matrix / 128), null]).Rows([2, 0]);
        Assert.Equal(2, slots.RowCount);
        Assert.Equal([20, 21, 0, 1], slots[0]!.Value.ToRowMajorArray());
        Assert.Equal([20.0 / 128, 21.0 / 128, 0, 1.0 / 128], slots[0]!.Error!.ToRowMajorArray());
        Assert.Null(slots[1]);
    }

    [Fact]
    public void Errors_join_as_zeros_where_there_are_none()
    {
        var value = Matrix<double>.Build.Dense(1, 1, 3.0);
        var slots = new Slots(1, 1, [new Tracked(value), new Tracked(value, value / 8), null]);
        Assert.Equal([0, 0.375, 0], slots.ToErrorMatrix().ToRowMajorArray());
        Assert.Equal([3.0, 3.0, 0], slots.ToMatrix().ToRowMajorArray());
    }

    private static Slots Filled(double value) => Slots.From(Matrix<double>.Build.Dense(1, 6, value), width: 2);
}
