using FsCheck;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

public sealed class CoordinateMapTests
{
    [Property]
    public void The_identity_is_the_identity_matrix(PositiveInt size) =>
        Assert.Equal(Matrix<double>.Build.DenseIdentity(size.Get), CoordinateMap.Identity(size.Get).ToMatrix());

    [Property]
    public void A_map_after_another_is_the_product_of_their_matrices(PositiveInt size, int seed)
    {
        var random = new RandomNumbers(seed);
        var (outer, inner) = (random.Map(size.Get), random.Map(size.Get));
        Assert.Equal(outer.ToMatrix() * inner.ToMatrix(), outer.After(inner).ToMatrix());
    }

    [Property]
    public void Composition_is_associative_and_the_identity_is_neutral(PositiveInt size, int seed)
    {
        var random = new RandomNumbers(seed);
        var (a, b, c) = (random.Map(size.Get), random.Map(size.Get), random.Map(size.Get));
        Assert.Equal(a.After(b).After(c).ToMatrix(), a.After(b.After(c)).ToMatrix());
        Assert.Equal(a.ToMatrix(), a.After(CoordinateMap.Identity(size.Get)).ToMatrix());
        Assert.Equal(a.ToMatrix(), CoordinateMap.Identity(size.Get).After(a).ToMatrix());
    }

    [Property]
    public void The_transpose_is_the_transposed_matrix_and_reverses_composition(PositiveInt size, int seed)
    {
        var random = new RandomNumbers(seed);
        var (a, b) = (random.Map(size.Get), random.Map(size.Get));
        Assert.Equal(a.ToMatrix().Transpose(), a.Transpose().ToMatrix());
        Assert.Equal(a.ToMatrix(), a.Transpose().Transpose().ToMatrix());
        Assert.Equal(a.After(b).Transpose().ToMatrix(), b.Transpose().After(a.Transpose()).ToMatrix());
    }

    [Fact]
    public void Weights_of_zero_make_no_terms()
    {
        var map = CoordinateMap.Of(3, [(0, 1, 0.0), (1, 2, 2.0), (1, 0, 0.0)]);
        Assert.Empty(map[0]);
        Assert.Equal([new CoordinateMap.Term(2, 2)], map[1]);
        Assert.Empty(map[2]);
    }

    [Fact]
    public void Terms_that_cancel_in_a_composition_make_none()
    {
        var difference = CoordinateMap.Of(2, [(0, 0, 1.0), (0, 1, -1.0)]);
        var copies = CoordinateMap.Of(2, [(0, 0, 1.0), (1, 0, 1.0)]);
        Assert.Empty(difference.After(copies)[0]);
    }
}
