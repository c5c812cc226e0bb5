using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>
/// The position part of a query, key or value: a linear map from the position one-hot to the d_h coordinates of a head, shared by all heads
/// that are marked to receive it. Token t has its one at t, prefix j at T_max + j.
/// </summary>
/// <remarks>Source: C15, C33.</remarks>
public sealed class PositionMap
{
    private readonly bool _hasTwins;
    private bool _identifiesPrefixes;
    private bool _pointsTokens;
    private (int Coordinate, Func<int, double> Value)? _placed;
    private readonly Dictionary<int, double> _heads = [];

    /// <summary>A map of zeros that no head receives.</summary>
    /// <param name="headSize">d_h, the coordinates of a head.</param>
    /// <param name="maximumPositions">T_max, the positions of tokens.</param>
    /// <param name="prefixCount">K, the positions of prefixes.</param>
    public PositionMap(int headSize, int maximumPositions, int prefixCount)
        : this(headSize, maximumPositions, prefixCount, hasTwins: false)
    {
    }

    /// <summary>A map of zeros that no head receives.</summary>
    /// <param name="headSize">d_h, the coordinates of a head.</param>
    /// <param name="maximumPositions">T_max, the positions of tokens.</param>
    /// <param name="prefixCount">K, the positions of prefixes.</param>
    /// <param name="hasTwins">Whether every position has a twin, at T_max + K behind it, which gets the negative.</param>
    public PositionMap(int headSize, int maximumPositions, int prefixCount, bool hasTwins)
    {
        _hasTwins = hasTwins;
        HeadSize = headSize;
        MaximumPositions = maximumPositions;
        PrefixCount = prefixCount;
    }

    /// <summary>d_h, the coordinates of a head.</summary>
    public int HeadSize { get; }

    /// <summary>T_max, the positions of tokens.</summary>
    public int MaximumPositions { get; }

    /// <summary>K, the positions of prefixes.</summary>
    public int PrefixCount { get; }

    /// <summary>T_max + K, the width of a one-hot, or twice that where positions have twins.</summary>
    public int PositionCount => (MaximumPositions + PrefixCount) * (_hasTwins ? 2 : 1);

    /// <summary>Gives every prefix j the unit vector e_j: an identifier by which it can be addressed.</summary>
    public PositionMap IdentifyPrefixes()
    {
        _identifiesPrefixes = true;
        return this;
    }

    /// <summary>Gives every token the unit vector e_0: the address of prefix 0.</summary>
    public PositionMap PointTokensAtFirstPrefix()
    {
        _pointsTokens = true;
        return this;
    }

    /// <summary>Gives token t the number <paramref name="value"/>(t) at one coordinate.</summary>
    public PositionMap PlaceTokens(int coordinate, Func<int, double> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _placed = (coordinate, value);
        return this;
    }

    /// <summary>Marks heads first, first + 1, … as receiving the map.</summary>
    public PositionMap ForHeads(int first, int count)
    {
        for (var head = first; head < first + count; head++)
        {
            _heads[head] = 1;
        }

        return this;
    }

    /// <summary>Marks a head as receiving the map times a weight.</summary>
    public PositionMap ForHead(int head, double weight)
    {
        _heads[head] = weight;
        return this;
    }

    /// <summary>Whether any head receives the map.</summary>
    public bool IsUsed => _heads.Count > 0;

    /// <summary>Whether a head receives the map.</summary>
    public bool Reaches(int head) => _heads.ContainsKey(head);

    /// <summary>What a head receives the map times; 0 if it does not.</summary>
    public double Weight(int head) => _heads.GetValueOrDefault(head);

    /// <summary>
    /// The numbers that <see cref="PlaceTokens"/> gave the first <paramref name="count"/> tokens, times the head's weight, [T × 1]; null if there are none.
    /// </summary>
    public Tracked? OfTokensAt(int head, int count, Arithmetic arithmetic)
    {
        ArgumentNullException.ThrowIfNull(arithmetic);
        if (_placed is not { } placed || !Reaches(head))
        {
            return null;
        }

        // Positions are exact; a weight that is no power of two was rounded when it was written down.
        var weight = Weight(head);
        return arithmetic.Scale(
            new Tracked(Matrix<double>.Build.Dense(count, 1, (t, _) => placed.Value(t))),
            new TrackedScalar(weight, weight == 1 ? 0 : 2 * arithmetic.UnitRoundoff * Math.Abs(weight)))
            ?? new Tracked(Matrix<double>.Build.Dense(count, 1));
    }

    /// <summary>The part of prefixes, [K × d_h]; null if it is zero.</summary>
    public Tracked? OfPrefixes()
    {
        if (!_identifiesPrefixes)
        {
            return null;
        }

        var identifiers = Matrix<double>.Build.Dense(PrefixCount, HeadSize);
        for (var prefix = 0; prefix < Math.Min(PrefixCount, HeadSize); prefix++)
        {
            identifiers.At(prefix, prefix, 1);
        }

        return new Tracked(identifiers) { IsIdentity = PrefixCount == HeadSize, NonzeroColumns = [.. Enumerable.Range(0, PrefixCount)] };
    }

    /// <summary>The part of the first <paramref name="count"/> tokens, [T × d_h]; null if it is zero.</summary>
    public Tracked? OfTokens(int count)
    {
        if (_placed is not null)
        {
            return count == 0 ? null : new Tracked(Materialise().SubMatrix(0, count, 0, HeadSize));
        }

        if (!_pointsTokens || count == 0)
        {
            return null;
        }

        var addresses = Matrix<double>.Build.Dense(count, HeadSize);
        ColumnMajor.Column(addresses, 0).Fill(1);
        return new Tracked(addresses) { IsIdentity = count == 1 && HeadSize == 1, NonzeroColumns = [0] };
    }

    /// <summary>The part of some positions of one kind, [rows × d_h]; null if it is zero.</summary>
    internal Tracked? Of(PositionRows rows)
    {
        var all = rows.ArePrefixes ? OfPrefixes() : OfTokens(rows.Total);
        all = all is not null && rows.AreTwins ? Arithmetic.Negative(all) : all;
        return all is null || rows.Kept is null ? all : Arithmetic.Rows(all, rows.Kept);
    }

    /// <summary>The weights from one-hot to coordinates, [T_max + K × d_h], and their negatives for twins below them.</summary>
    public Matrix<double> Materialise()
    {
        var weights = Matrix<double>.Build.Dense(PositionCount, HeadSize);
        for (var position = 0; _pointsTokens && position < MaximumPositions; position++)
        {
            weights.At(position, 0, 1);
        }

        for (var position = 0; _placed is { } placed && position < MaximumPositions; position++)
        {
            weights.At(position, placed.Coordinate, placed.Value(position));
        }

        for (var prefix = 0; _identifiesPrefixes && prefix < PrefixCount; prefix++)
        {
            weights.At(MaximumPositions + prefix, prefix, 1);
        }

        var positions = MaximumPositions + PrefixCount;
        for (var twin = positions; twin < PositionCount; twin++)
        {
            weights.SetRow(twin, -weights.Row(twin - positions));
        }

        return weights;
    }

    /// <summary>What each head receives the map times, 0 for those that do not, [H].</summary>
    public double[] MaterialiseExpansion(int headCount) => [.. Enumerable.Range(0, headCount).Select(Weight)];
}
