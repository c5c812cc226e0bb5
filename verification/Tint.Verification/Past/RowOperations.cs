using Tint.Reference.Primitives;

namespace Tint.Verification.Past;

/// <summary>Layers that move, multiply and add rows of a sequence's columns, <paramref name="width"/> rows each.</summary>
/// <param name="width">The rows of a column.</param>
/// <param name="positions">The columns.</param>
internal sealed class RowOperations(int width, int positions)
{
    /// <summary>Adds rows of one column to rows of a later one, by an address that each of the two alone has.</summary>
    public PastLayer Move(string does, int from, int to, params (int Target, int Source)[] rows) => PastLayer.Causal(does, new AttentionWeights
    {
        HeadCount = 1,
        HeadSize = width,
        Query = new(HeadMixing.Identity(1, width), new(1, width), At(to)),
        Key = new(HeadMixing.Identity(1, width), new(1, width), At(from)),
        Value = Read(rows.Select(static row => (row.Target, row.Source, 1.0))),
        Output = HeadMixing.Identity(1, width),
    });

    /// <summary>In every column, target row + first row·second row; times the row <paramref name="where"/> if there is one, which is 0 or 1.</summary>
    public PastLayer Multiply(string does, int? where, params (int Target, int First, int Second)[] rows) => PastLayer.Itself(does, ByRow(
        Read(rows.Select(static row => (row.Target, row.First, 1.0))),
        where is { } indicator ? Read(rows.Select(row => (row.Target, indicator, 1.0))) : One(rows.Select(static row => row.Target)),
        Read(rows.Select(static row => (row.Target, row.Second, 1.0)))));

    /// <summary>In every column, target row + Σ factor·source row; in those alone where the row <paramref name="where"/> is 1 if there is one.</summary>
    public PastLayer Add(string does, int? where, params IReadOnlyList<(int Target, int Source, double Factor)> rows) => PastLayer.Itself(does, ByRow(
        where is { } indicator ? Read(rows.Select(row => (row.Target, indicator, 1.0))) : One(rows.Select(static row => row.Target)),
        One(rows.Select(static row => row.Target)),
        Read(rows)), [.. rows.GroupBy(static row => row.Target).Where(static row => row.All(entry => entry.Source == row.Key && entry.Factor == -1)).Select(static row => row.Key)]);

    /// <summary>A projection of signals, [width × width], by its entries.</summary>
    public Projection Read(IEnumerable<(int Target, int Source, double Factor)> entries)
    {
        var map = new PerHeadLinear(1, width);
        foreach (var (target, source, factor) in entries)
        {
            map[0, target, source] = factor;
        }

        return new(HeadMixing.Identity(1, width), map, new PositionMap(width, positions, 0));
    }

    private AttentionWeights ByRow(Projection query, Projection key, Projection value) => new()
    {
        HeadCount = width,
        HeadSize = 1,
        Query = OneRow(query),
        Key = OneRow(key),
        Value = OneRow(value),
        Output = HeadMixing.Identity(width, 1),
    };

    private Projection OneRow(Projection projection) => projection.Position.HeadSize == 1
        ? projection
        : new(projection.Mixing, projection.Linear, new PositionMap(1, positions, 0));

    /// <summary>1 at every column, for some rows.</summary>
    private Projection One(IEnumerable<int> rows)
    {
        var position = new PositionMap(1, positions, 0).PointTokensAtFirstPrefix();
        foreach (var row in rows)
        {
            position.ForHead(row, 1);
        }

        return new(HeadMixing.Identity(1, width), new(1, width), position);
    }

    private PositionMap At(int column) => new PositionMap(width, positions, 0).PlaceTokens(0, position => position == column ? 1 : 0).ForHeads(0, 1);
}
