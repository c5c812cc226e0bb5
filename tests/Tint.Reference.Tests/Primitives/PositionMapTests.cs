using FsCheck;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;

namespace Tint.Reference.Tests.Primitives;

public sealed class PositionMapTests
{
    [Property(MaxTest = 50)]
    public void Rows_are_one_hots_times_the_weights(PositiveInt positions, PositiveInt prefixes, bool identified, bool pointed)
    {
        var (tokens, k) = (positions.Get, 1 + (prefixes.Get % 8));
        var map = new PositionMap(headSize: k, tokens, k);
        map = identified ? map.IdentifyPrefixes() : map;
        map = pointed ? map.PointTokensAtFirstPrefix() : map;
        var weights = map.Materialise();
        Assert.Equal((tokens + k, k), (weights.RowCount, weights.ColumnCount));
        Assert.Equal(map.PositionCount, weights.RowCount);

        // Token t has its one at t, prefix j at T_max + j.
        Assert.Equal(identified ? weights.SubMatrix(tokens, k, 0, k) : null, map.OfPrefixes()?.Value);
        Assert.Equal(pointed ? weights.SubMatrix(0, tokens, 0, k) : null, map.OfTokens(tokens)?.Value);
        if (pointed)
        {
            Assert.Equal(weights.SubMatrix(0, 1, 0, k), map.OfTokens(1)!.Value);
        }
    }

    [Fact]
    public void Identified_prefixes_are_an_identity_where_heads_are_as_wide_as_prefixes_are_many()
    {
        var square = new PositionMap(headSize: 4, maximumPositions: 5, prefixCount: 4).IdentifyPrefixes().OfPrefixes()!;
        Assert.True(square.IsIdentity);
        Assert.Equal(Matrix<double>.Build.DenseIdentity(4), square.Value);

        var wide = new PositionMap(headSize: 6, maximumPositions: 5, prefixCount: 4).IdentifyPrefixes().OfPrefixes()!;
        Assert.False(wide.IsIdentity);
        Assert.Equal([0, 1, 2, 3], wide.NonzeroColumns);
        Assert.Equal(Matrix<double>.Build.DenseIdentity(4).Append(Matrix<double>.Build.Dense(4, 2)), wide.Value);
    }

    [Fact]
    public void Tokens_that_point_at_the_first_prefix_use_one_column()
    {
        var tokens = new PositionMap(headSize: 3, maximumPositions: 5, prefixCount: 3).PointTokensAtFirstPrefix().OfTokens(4)!;
        Assert.Equal([0], tokens.NonzeroColumns);
        Assert.False(tokens.IsIdentity);
        Assert.Equal(Matrix<double>.Build.Dense(4, 3, (_, c) => c == 0 ? 1 : 0), tokens.Value);
    }

    [Fact]
    public void One_token_that_points_at_one_prefix_is_an_identity()
    {
        var token = new PositionMap(headSize: 1, maximumPositions: 5, prefixCount: 1).PointTokensAtFirstPrefix().OfTokens(1)!;
        Assert.True(token.IsIdentity);
    }

    [Fact]
    public void Only_marked_heads_receive_the_map()
    {
        var map = new PositionMap(headSize: 2, maximumPositions: 3, prefixCount: 2).ForHeads(1, 2).ForHeads(4, 1);
        Assert.Equal([0, 1, 1, 0, 1, 0], map.MaterialiseExpansion(6));
        Assert.True(map.Reaches(2));
        Assert.False(map.Reaches(3));
    }
}
