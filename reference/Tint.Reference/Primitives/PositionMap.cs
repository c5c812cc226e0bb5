using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>
/// The position part of a query, key or value: a linear map from the position one-hot to the d_h coordinates of a head, shared by all heads
/// that are marked to receive it. Token t has its one at t, prefix j at T_max + j.
/// </summary>
/// <remarks>Source: C15.</remarks>
public sealed class PositionMap
{
    private bool _identifiesPrefixes;
    private bool _pointsTokens;
    private readonly HashSet<int> _heads = [];

    /// <summary>A map of zeros that no head receives.</summary>
    /// <param name="headSize">d_h, the coordinates of a head.</param>
    /// <param name="maximumPositions">T_max, the positions of tokens.</param>
    /// <param name="prefixCount">K, the positions of prefixes.</param>
    public PositionMap(int headSize, int maximumPositions, int prefixCount)
    {
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

    /// <summary>T_max + K, the width of a one-hot.</summary>
    public int PositionCount => MaximumPositions + PrefixCount;

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

    /// <summary>Marks heads first, first + 1, … as receiving the map.</summary>
    public PositionMap ForHeads(int first, int count)
    {
        _heads.UnionWith(Enumerable.Range(first, count));
        return this;
    }

    /// <summary>Whether any head receives the map.</summary>
    public bool IsUsed => _heads.Count > 0;

    /// <summary>Whether a head receives the map.</summary>
    public bool Reaches(int head) => _heads.Contains(head);

    /// <summary>The part of prefixes, [K × d_h]; null if it is zero.</summary>
    public Tracked? OfPrefixes() => !_identifiesPrefixes ? null : new Tracked(
        Matrix<double>.Build.Dense(PrefixCount, HeadSize, static (prefix, coordinate) => prefix == coordinate ? 1 : 0))
    {
        IsIdentity = PrefixCount == HeadSize,
        NonzeroColumns = [.. Enumerable.Range(0, PrefixCount)],
    };

    /// <summary>The part of the first <paramref name="count"/> tokens, [T × d_h]; null if it is zero.</summary>
    public Tracked? OfTokens(int count) => !_pointsTokens || count == 0 ? null : new Tracked(
        Matrix<double>.Build.Dense(count, HeadSize, static (_, coordinate) => coordinate == 0 ? 1 : 0))
    {
        IsIdentity = count == 1 && HeadSize == 1,
        NonzeroColumns = [0],
    };

    /// <summary>The part of some positions of one kind, [rows × d_h]; null if it is zero.</summary>
    internal Tracked? Of(PositionRows rows)
    {
        var all = rows.ArePrefixes ? OfPrefixes() : OfTokens(rows.Total);
        return all is null || rows.Kept is null ? all : Arithmetic.Rows(all, rows.Kept);
    }

    /// <summary>The weights from one-hot to coordinates, [T_max + K × d_h].</summary>
    public Matrix<double> Materialise()
    {
        var weights = Matrix<double>.Build.Dense(MaximumPositions + PrefixCount, HeadSize);
        for (var position = 0; _pointsTokens && position < MaximumPositions; position++)
        {
            weights.At(position, 0, 1);
        }

        for (var prefix = 0; _identifiesPrefixes && prefix < PrefixCount; prefix++)
        {
            weights.At(MaximumPositions + prefix, prefix, 1);
        }

        return weights;
    }

    /// <summary>1 for heads that receive the map and 0 for the others, [H].</summary>
    public double[] MaterialiseExpansion(int headCount) => [.. Enumerable.Range(0, headCount).Select(head => Reaches(head) ? 1.0 : 0.0)];
}
