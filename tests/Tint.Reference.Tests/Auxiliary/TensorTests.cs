using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Auxiliary;

public sealed class TensorTests
{
    private static readonly Matrix<double> Matrix = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } });

    [Fact]
    public void Rejects_values_that_do_not_fill_the_shape() => Refusal.Of(
        () => new Tensor([2, 3], new double[5]), "as many values as its shape says", "5 values for [2 × 3]", "pass 6 values");

    [Fact]
    public void Rejects_negative_sizes_even_where_their_product_fits() =>
        Refusal.Of(() => new Tensor([-2, -3], new double[6]), "[-2 × -3]");

    [Fact]
    public void Rejects_a_slice_outside_the_first_axis()
    {
        var tensor = new Tensor([2, 3], new double[6]);
        Refusal.Of(() => tensor.Slice(2), "a slice must lie within the first axis", "index 2 of [2 × 3]");
        Refusal.Of(() => tensor.Slice(-1), "index -1");
        Refusal.Of(() => new Tensor([], [1.0]).Slice(0), "index 0 of []");
        Refusal.Of(() => new Tensor([0, 3], []).Slice(0), "index 0 of [0 × 3]");
    }

    [Fact]
    public void Rejects_reading_another_number_of_axes()
    {
        Refusal.Of(() => new Tensor([6], new double[6]).ToMatrix(), "a tensor with 2 axes is needed", "[6]");
        Refusal.Of(() => new Tensor([2, 3], new double[6]).ToVector(), "a tensor with 1 axes is needed", "[2 × 3]");
    }

    [Fact]
    public void Matrices_lie_row_by_row_and_come_back()
    {
        var tensor = Tensor.From(Matrix);
        Assert.Equal([2, 3], tensor.Shape);
        Assert.Equal([1.0, 2, 3, 4, 5, 6], tensor.Values.ToArray());
        Assert.Equal(Matrix, tensor.ToMatrix());
        Assert.Equal([4.0, 5, 6], tensor.Slice(1).ToVector());
        Assert.Equal("[2 × 3]", tensor.ToString());
    }

    [Fact]
    public void Vectors_come_back()
    {
        var vector = Matrix.Row(0);
        Assert.Equal([3], Tensor.From(vector).Shape);
        Assert.Equal(vector, Tensor.From(vector).ToVector());
    }

    [Fact]
    public void Stacked_matrices_are_slices()
    {
        var stack = Tensor.Stack([Matrix, 2 * Matrix]);
        Assert.Equal([2, 2, 3], stack.Shape);
        Assert.Equal(Matrix, stack.Slice(0).ToMatrix());
        Assert.Equal(2 * Matrix, stack.Slice(1).ToMatrix());
        Assert.Equal([8.0, 10, 12], stack.Slice(1).Slice(1).ToVector());
    }

    [Fact]
    public void Rejects_stacking_nothing_or_matrices_of_different_shapes()
    {
        Refusal.Of(() => Tensor.Stack([]), "matrices of one shape", "none");
        Refusal.Of(() => Tensor.Stack([Matrix, Matrix.Transpose()]), "matrices of one shape", "[2 × 3], [3 × 2]");
    }

    [Fact]
    public void A_tensor_without_axes_holds_one_number() => Assert.Equal([7.0], new Tensor([], [7.0]).Values.ToArray());
}
