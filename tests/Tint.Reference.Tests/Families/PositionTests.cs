using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;

namespace Tint.Reference.Tests.Families;

public class PositionTests
{
    [Fact]
    public void Slopes_of_a_power_of_two_are_a_geometric_sequence() =>
        Assert.Equal([0.25, 0.0625, 0.015625, 0.00390625], LinearBias.Slopes(4));

    [Fact]
    public void Other_head_counts_take_every_second_slope_of_the_next_power() =>
        Assert.Equal([0.25, 0.0625, 0.015625, 0.00390625, 0.5, 0.125], LinearBias.Slopes(6));

    [Theory]
    [InlineData(5, 5, 0)]
    [InlineData(5, 4, 1)]
    [InlineData(5, 9, 0)]
    [InlineData(20, 5, 15)]
    [InlineData(40, 24, 16)]
    [InlineData(200, 0, 31)]
    public void A_decoder_counts_backwards_and_shares_far_buckets(int query, int key, int bucket) =>
        Assert.Equal(bucket, new RelativeBuckets { Count = 32, MaximumDistance = 128, IsBidirectional = false }.Of(query, key));

    [Theory]
    [InlineData(5, 5, 0)]
    [InlineData(5, 4, 1)]
    [InlineData(5, 6, 17)]
    [InlineData(5, 13, 24)]
    [InlineData(0, 500, 31)]
    [InlineData(500, 0, 15)]
    public void An_encoder_has_half_of_the_buckets_for_what_follows(int query, int key, int bucket) =>
        Assert.Equal(bucket, new RelativeBuckets { Count = 32, MaximumDistance = 128, IsBidirectional = true }.Of(query, key));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Turning_back_is_the_transposed_map(bool interleaved)
    {
        var rotation = new Rotation { Dimensions = 4, IsInterleaved = interleaved, Base = 100, PositionDivisor = 3 };
        var x = Matrix<double>.Build.Dense(5, 12, (i, j) => Math.Sin((i * 12) + j));
        var y = Matrix<double>.Build.Dense(5, 12, (i, j) => Math.Cos(i + (3 * j)));

        var (left, right) = (
            rotation.Apply(x, heads: 2).PointwiseMultiply(y).RowSums().Sum(), x.PointwiseMultiply(rotation.Apply(y, 2, back: true)).RowSums().Sum());

        Assert.Equal(left, right, 12);
        Assert.True((rotation.Apply(rotation.Apply(x, 2), 2, back: true) - x).L2Norm() < 1e-13);
        Assert.Equal(x.SubMatrix(0, 5, 4, 2), rotation.Apply(x, 2).SubMatrix(0, 5, 4, 2));
    }

    [Fact]
    public void Scores_of_turned_heads_depend_on_distance_alone()
    {
        var rotation = new Rotation { Dimensions = 6 };
        var (q, k) = (Matrix<double>.Build.Dense(9, 6, (_, j) => j + 1), Matrix<double>.Build.Dense(9, 6, (_, j) => 2 - j));

        var scores = rotation.Apply(q, 1) * rotation.Apply(k, 1).Transpose();

        Assert.Equal(scores.At(3, 1), scores.At(8, 6), 12);
        Assert.NotEqual(scores.At(3, 1), scores.At(4, 1), 3);
    }

    [Fact]
    public void An_odd_or_too_wide_rotation_is_refused()
    {
        var x = Matrix<double>.Build.Dense(1, 4);

        Assert.Throws<RuleViolationException>(() => new Rotation { Dimensions = 3 }.Apply(x, 1));
        Assert.Throws<RuleViolationException>(() => new Rotation { Dimensions = 4 }.Apply(x, 2));
    }
}
