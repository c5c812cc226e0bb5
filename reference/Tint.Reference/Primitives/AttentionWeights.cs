using Tint.Reference.Auxiliary;

namespace Tint.Reference.Primitives;

/// <summary>
/// The weights of one attention layer of TinT: three projections and an output mixing of heads. Which attention they serve, linear or
/// softmax, is decided by who evaluates them.
/// </summary>
/// <remarks>Source: C15.</remarks>
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
    public IEnumerable<WeightTensor> Tensors(string name)
    {
        var positions = new[] { Query, Key, Value }.Select(projection => projection.Position).ToArray();
        return
        [
            .. new[] { ("q", Query), ("k", Key), ("v", Value) }.SelectMany(part => (WeightTensor[])
            [
                .. part.Item2.Linear.Tensors($"{name}.{part.Item1}_attn"),
                .. part.Item2.Mixing.Tensors($"{name}.{part.Item1}_attn_head"),
            ]),
            new WeightTensor($"{name}.p_attn.weight", [positions[0].PositionCount, 3 * HeadSize], () => Tensor.From(
                positions[0].Materialise().Append(positions[1].Materialise()).Append(positions[2].Materialise())))
            {
                IsRead = positions.Any(position => position.IsUsed),
            },
            WeightTensor.Zeros($"{name}.p_attn.bias", 3 * HeadSize),
            new WeightTensor($"{name}.p_expand.weight", [3, 1, HeadCount], () => new Tensor(
                [3, 1, HeadCount], [.. positions.SelectMany(position => position.MaterialiseExpansion(HeadCount))])),
            WeightTensor.Zeros($"{name}.p_expand.bias", HeadCount),
            .. Output.Tensors($"{name}.c_proj"),
        ];
    }
}
