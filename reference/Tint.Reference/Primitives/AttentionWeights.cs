using Tint.Reference.Auxiliary;

namespace Tint.Reference.Primitives;

/// <summary>
/// The weights of one attention layer of TinT: three projections and an output mixing of heads. Which attention they serve, linear or
/// softmax, is decided by who evaluates them.
/// </summary>
public sealed record AttentionWeights
{
    /// <summary>The number of heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>d_h, the coordinates of one head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The query projection.</summary>
    public required Projection Query { get; init; }

    /// <summary>The key projection.</summary>
    public required Projection Key { get; init; }

    /// <summary>The value projection.</summary>
    public required Projection Value { get; init; }

    /// <summary>The output projection.</summary>
    public required HeadMixing Output { get; init; }

    /// <summary>The weights as a transformer holds them, under the names of the fixtures.</summary>
    public IEnumerable<(string Name, Tensor Value)> Materialise(string name)
    {
        foreach (var (letter, projection) in new[] { ("q", Query), ("k", Key), ("v", Value) })
        {
            yield return ($"{name}.{letter}_attn.weight", projection.Linear.Materialise());
            yield return ($"{name}.{letter}_attn.bias", Zeros(projection.Linear.HeadCount, projection.Linear.HeadSize));
            yield return ($"{name}.{letter}_attn_head.weight", projection.Mixing.Materialise());
            yield return ($"{name}.{letter}_attn_head.bias", Zeros(projection.Mixing.HeadSize, projection.Mixing.HeadCount));
        }

        var positions = new[] { Query, Key, Value }.Select(projection => projection.Position).ToArray();
        var map = positions[0].Materialise().Append(positions[1].Materialise()).Append(positions[2].Materialise());
        yield return ($"{name}.p_attn.weight", Tensor.From(map));
        yield return ($"{name}.p_attn.bias", Zeros(3 * HeadSize));
        yield return ($"{name}.p_expand.weight", new Tensor(
            [3, 1, HeadCount], [.. positions.SelectMany(position => position.MaterialiseExpansion(HeadCount))]));
        yield return ($"{name}.p_expand.bias", Zeros(HeadCount));
        yield return ($"{name}.c_proj.weight", Output.Materialise());
        yield return ($"{name}.c_proj.bias", Zeros(Output.HeadSize, Output.HeadCount));
    }

    /// <summary>A tensor of zeros: the biases, which the construction never uses.</summary>
    internal static Tensor Zeros(params int[] shape) => new(shape, new double[shape.Aggregate(1, (product, size) => product * size)]);
}
