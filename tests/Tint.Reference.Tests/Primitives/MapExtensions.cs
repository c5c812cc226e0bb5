using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Auxiliary;
using Tint.Reference.Primitives;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Primitives;

/// <summary>Coordinate maps as matrices, and random ones.</summary>
internal static class MapExtensions
{
    /// <summary>The matrix of a map, [output × input].</summary>
    public static Matrix<double> ToMatrix(this CoordinateMap map)
    {
        var matrix = Matrix<double>.Build.Dense(map.Size, map.Size);
        for (var output = 0; output < map.Size; output++)
        {
            foreach (var (input, weight) in map[output])
            {
                matrix[output, input] += weight;
            }
        }

        return matrix;
    }

    /// <summary>A map with about two terms a coordinate, of small integers, so that sums and products of them are exact.</summary>
    public static CoordinateMap Map(this RandomNumbers random, int size) => CoordinateMap.Of(
        size,
        Enumerable.Range(0, 2 * size).Select(_ => (random.Below(size), random.Below(size), (double)(random.Below(7) - 3))));

    /// <summary>A mixing with few nonzero weights of small integers.</summary>
    public static HeadMixing Mixing(this RandomNumbers random, int heads, int size)
    {
        var mixing = new HeadMixing(heads, size);
        for (var i = 0; i < 2 * heads; i++)
        {
            mixing[random.Below(heads), random.Below(heads)] = random.Below(5) - 2;
        }

        return mixing;
    }

    /// <summary>A per-head map with few nonzero weights of small integers.</summary>
    public static PerHeadLinear PerHead(this RandomNumbers random, int heads, int size)
    {
        var linear = new PerHeadLinear(heads, size);
        for (var i = 0; i < 2 * heads * size; i++)
        {
            linear[random.Below(heads), random.Below(size), random.Below(size)] = random.Below(5) - 2;
        }

        return linear;
    }

    /// <summary>The tensor of a given name.</summary>
    public static Tensor Named(this IEnumerable<WeightTensor> tensors, string name)
    {
        var tensor = Assert.Single(tensors, tensor => tensor.Name == name);
        var values = tensor.Materialise();
        Assert.Equal(tensor.Shape, values.Shape);
        Assert.Equal(tensor.Count, values.Values.Length);
        return values;
    }
}
