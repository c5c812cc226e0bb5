using FsCheck;
using FsCheck.Xunit;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

/// <summary>Head mixings, maps inside heads, and projections made of both.</summary>
public sealed class HeadMapTests
{
    [Property(MaxTest = 50)]
    public void A_mixing_s_map_and_its_tensor_are_the_same_weights(int seed)
    {
        var random = new RandomNumbers(seed);
        var (heads, size) = (1 + random.Below(6), 1 + random.Below(5));
        var mixing = random.Mixing(heads, size);
        var tensor = mixing.Tensors("m").Named("m.weight");
        Assert.Equal([size, heads, heads], tensor.Shape);

        // Axes (coordinate, input head, output head).
        var matrix = Matrix<double>.Build.Dense(heads * size, heads * size);
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            var (coordinate, input, output) = (i / (heads * heads), i / heads % heads, i % heads);
            matrix[(output * size) + coordinate, (input * size) + coordinate] = tensor.Values[i];
            Assert.Equal(mixing[output, input], tensor.Values[i]);
        }

        Assert.Equal(matrix, mixing.ToMap().ToMatrix());
    }

    [Property(MaxTest = 50)]
    public void A_per_head_map_and_its_tensor_are_the_same_weights(int seed)
    {
        var random = new RandomNumbers(seed);
        var (heads, size) = (1 + random.Below(6), 1 + random.Below(5));
        var linear = random.PerHead(heads, size);
        var tensor = linear.Tensors("l").Named("l.weight");
        Assert.Equal([heads, size, size], tensor.Shape);

        // Axes (head, input, output).
        var matrix = Matrix<double>.Build.Dense(heads * size, heads * size);
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            var (head, input, output) = (i / (size * size), i / size % size, i % size);
            matrix[(head * size) + output, (head * size) + input] = tensor.Values[i];
            Assert.Equal(linear[head, output, input], tensor.Values[i]);
        }

        Assert.Equal(matrix, linear.ToMap().ToMatrix());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 3)]
    [InlineData(7, 2)]
    public void Identities_change_nothing(int heads, int size)
    {
        var identity = Matrix<double>.Build.DenseIdentity(heads * size);
        Assert.Equal(identity, HeadMixing.Identity(heads, size).ToMap().ToMatrix());
        Assert.Equal(identity, PerHeadLinear.Identity(heads, size).ToMap().ToMatrix());
    }

    [Fact]
    public void Biases_are_zeros_of_their_own_shape()
    {
        var mixing = new HeadMixing(4, 3).Tensors("m").Named("m.bias");
        Assert.Equal([3, 4], mixing.Shape);
        Assert.All(mixing.Values.ToArray(), value => Assert.Equal(0, value));
        var linear = new PerHeadLinear(4, 3).Tensors("l").Named("l.bias");
        Assert.Equal([4, 3], linear.Shape);
        Assert.All(linear.Values.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Copies_of_heads_and_of_coordinates_go_where_they_say()
    {
        var mixing = new HeadMixing(5, 2);
        mixing.CopyHeads(output: 3, input: 1, count: 2, weight: -0.5);
        Assert.Equal((-0.5, -0.5, 0, 0), (mixing[3, 1], mixing[4, 2], mixing[3, 2], mixing[1, 3]));

        var linear = new PerHeadLinear(2, 4);
        linear.Copy(head: 1, output: 0, input: 2, count: 2);
        Assert.Equal((1, 1, 0, 0), (linear[1, 0, 2], linear[1, 1, 3], linear[0, 0, 2], linear[1, 2, 0]));
        linear.Pass(first: 0, count: 1);
        Assert.Equal(1, linear[0, 3, 3]);
        Assert.Equal(0, linear[1, 3, 3]);
    }

    [Property(MaxTest = 50)]
    public void A_projection_mixes_heads_first_even_wider_ones(int seed)
    {
        var random = new RandomNumbers(seed);
        var (heads, size, wider) = (2 * (1 + random.Below(3)), 1 + random.Below(4), 1 + random.Below(2));
        var mixing = random.Mixing(heads / wider, size * wider);
        var linear = random.PerHead(heads / wider, size * wider);
        var projection = new Projection(mixing, linear, new PositionMap(size, 3, 2));
        var expected = linear.ToMap().ToMatrix() * mixing.ToMap().ToMatrix();
        for (var head = 0; head < heads; head++)
        {
            var columns = projection.Columns(head, size);
            Assert.Equal(size, columns.Count);
            for (var c = 0; c < size; c++)
            {
                var row = Vector<double>.Build.Dense(heads * size);
                foreach (var (source, weight) in columns[c])
                {
                    row[source] += weight;
                }

                Assert.Equal(expected.Row((head * size) + c), row);
            }
        }
    }
}
