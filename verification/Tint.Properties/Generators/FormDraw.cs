using Tint.Properties.Laws;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Properties.Generators;

/// <summary>Attention of a form of its own on a case's layers and signals: key and value layers keep as many rows as the form has heads for.</summary>
/// <param name="Item">The case, in a TinT that the form fits.</param>
/// <param name="Form">The form.</param>
internal sealed record FormDraw(LawCase Item, AttentionForm Form)
{
    /// <summary>W_Q and b_Q.</summary>
    public LinearParameters Query => Item.Layer.Query;

    /// <summary>W_K and b_K.</summary>
    public LinearParameters Key => Part(Item.Layer.Key);

    /// <summary>W_V and b_V.</summary>
    public LinearParameters Value => Part(Item.Layer.Value);

    /// <summary>Memory that no forward pass has written.</summary>
    public AttentionMemory Memory => new(Item.Memory[0], Item.Memory[1].SubMatrix(0, Item.Sequence.Length, 0, Width), Item.Memory[2]);

    private int Width => Form.KeyValueWidth(Item.Auxiliary);

    /// <summary>Fewer key and value heads than query heads; null where there is one head.</summary>
    public static FormDraw? Grouped(LawCase item)
    {
        var heads = item.Auxiliary.HeadCount;
        int[] counts = [.. Enumerable.Range(1, heads - 1).Where(count => heads % count == 0)];
        return counts.Length == 0 ? null : Of(item, new() { KeyValueHeadCount = counts[item.Numbers().Below(counts.Length)] });
    }

    /// <summary>A rotation of halves or pairs, of the whole head or a part; null where a head has one coordinate.</summary>
    public static FormDraw? Rotated(LawCase item)
    {
        var (numbers, pairs) = (item.Numbers(), item.Auxiliary.HeadSize / 2);
        return pairs == 0 ? null : Of(item, new()
        {
            Rotation = new Rotation
            {
                Dimensions = 2 * (1 + numbers.Below(pairs)),
                IsInterleaved = numbers.Below(2) == 0,
                Base = numbers.Below(2) == 0 ? 10000 : 100,
                PositionDivisor = 1 + numbers.Below(3),
            },
        });
    }

    /// <summary>A slope a head and a scale of scores of its own, in a TinT whose heads have a coordinate for it; null where none has.</summary>
    public static FormDraw? Sloped(LawCase item)
    {
        var (c, auxiliary, numbers) = (item.Configuration, item.Auxiliary, item.Numbers());
        var heads = AdmissibleShapes.HeadCounts(auxiliary.HiddenSize, auxiliary.HeadCount, c.HiddenSize).First();
        return c.HiddenSize / heads <= auxiliary.HeadSize ? null : Of(item.With(configuration => configuration with { HeadCount = heads }), new()
        {
            Slopes = [.. Enumerable.Range(0, auxiliary.HeadCount).Select(_ => numbers.Unit())],
            ScoreScale = 0.25 + numbers.Unit(),
        });
    }

    /// <summary>A table of relative positions, of one direction or both.</summary>
    public static FormDraw Bucketed(LawCase item)
    {
        var numbers = item.Numbers();
        var isBidirectional = numbers.Below(2) == 0;
        var buckets = new RelativeBuckets { Count = isBidirectional ? 8 : 4, MaximumDistance = 4 + numbers.Below(3), IsBidirectional = isBidirectional };
        return Of(item, new()
        {
            Relative = new RelativeBias { Buckets = buckets, Table = numbers.Matrix(buckets.Count, item.Auxiliary.HeadCount, 1) },
            IsCausal = !isBidirectional,
        });
    }

    /// <summary>Every token sees all tokens.</summary>
    public static FormDraw BothWays(LawCase item) => Of(item, new() { IsCausal = false });

    /// <summary>The same with gates of 1.</summary>
    public FormDraw ExactGates() => this with { Item = Item.ExactGates() };

    private static FormDraw Of(LawCase item, AttentionForm form) => new(item.With(configuration => configuration with { BackpropagateThroughAttention = true }), form);

    private LinearParameters Part(LinearParameters layer) =>
        Width == layer.Weight.RowCount ? layer : new(layer.Weight.SubMatrix(0, Width, 0, layer.Weight.ColumnCount), layer.Bias.SubVector(0, Width));
}
