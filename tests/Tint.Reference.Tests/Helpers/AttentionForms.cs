using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Reference.Tests.Helpers;

/// <summary>Forms of attention that a shape admits, by name, and all of them at once.</summary>
internal static class AttentionForms
{
    private static readonly Dictionary<string, Func<ShapeCase, AttentionForm>> ByName = new()
    {
        ["grouped queries"] = shape => new AttentionForm { KeyValueHeadCount = Divisor(shape) },
        ["one key and value head"] = _ => new AttentionForm { KeyValueHeadCount = 1 },
        ["rotation of halves"] = shape => new AttentionForm { Rotation = new Rotation { Dimensions = Even(shape) } },
        ["rotation of interleaved pairs"] = shape => new AttentionForm { Rotation = new Rotation { Dimensions = Even(shape), IsInterleaved = true } },
        ["rotation of a part, scaled"] = shape => new AttentionForm
        {
            Rotation = new Rotation { Dimensions = Math.Min(2, Even(shape)), Base = 500, PositionDivisor = 4 },
        },
        ["slopes"] = shape => new AttentionForm { Slopes = LinearBias.Slopes(shape.Configuration.Auxiliary.HeadCount) },
        ["a scale of its own"] = _ => new AttentionForm { ScoreScale = 1 },
        ["relative buckets"] = shape => new AttentionForm { Relative = Relative(shape, isBidirectional: false) },
        ["both directions"] = _ => new AttentionForm { IsCausal = false },
        ["all at once"] = All,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>A form by its name; null where the shape has no room for it.</summary>
    public static AttentionForm? Of(string name, ShapeCase shape)
    {
        var form = ByName[name](shape);
        return form.Slopes is null || HasRoom(shape) ? form : null;
    }

    /// <summary>A form that the shape admits, chosen by its seed.</summary>
    public static AttentionForm Any(ShapeCase shape) =>
        Of(ByName.Keys.ElementAt(shape.Seed % ByName.Count), shape) ?? All(shape);

    /// <summary>The tokens of another sequence, of another length, behind the same prefixes.</summary>
    public static HiddenStates Others(ShapeCase shape) => (shape with
    {
        TokenCount = 1 + ((shape.TokenCount + 1) % shape.Configuration.Auxiliary.MaximumPositions),
        Seed = shape.Seed + 17,
    }).States();

    private static AttentionForm All(ShapeCase shape) => new()
    {
        KeyValueHeadCount = Divisor(shape),
        Rotation = new Rotation { Dimensions = Even(shape), Base = 100 },
        Slopes = HasRoom(shape) ? LinearBias.Slopes(shape.Configuration.Auxiliary.HeadCount) : null,
        ScoreScale = 0.75,
        Relative = Relative(shape, isBidirectional: true),
        IsCausal = false,
    };

    private static bool HasRoom(ShapeCase shape) => shape.Configuration.HeadSize > shape.Configuration.Auxiliary.HeadSize;

    private static int Even(ShapeCase shape) => shape.Configuration.Auxiliary.HeadSize / 2 * 2;

    /// <summary>A divisor of H below it where there is one.</summary>
    private static int Divisor(ShapeCase shape)
    {
        var heads = shape.Configuration.Auxiliary.HeadCount;
        return Enumerable.Range(1, heads).Where(count => heads % count == 0).Reverse().Skip(1).FirstOrDefault(1);
    }

    private static RelativeBias Relative(ShapeCase shape, bool isBidirectional)
    {
        var buckets = new RelativeBuckets { Count = isBidirectional ? 8 : 4, MaximumDistance = 5, IsBidirectional = isBidirectional };
        return new RelativeBias
        {
            Buckets = buckets,
            Table = new RandomNumbers(shape.Seed + 5).Matrix(buckets.Count, shape.Configuration.Auxiliary.HeadCount),
        };
    }
}
