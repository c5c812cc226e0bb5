namespace Tint.Reference.Configuration;

/// <summary>
/// T5's relative positions: attention scores get an entry of a table [buckets × H], by how far the key lies from the query; near distances have
/// a bucket each, far ones share buckets on a logarithmic scale.
/// </summary>
/// <remarks>Source: C34.</remarks>
public sealed record RelativeBuckets
{
    /// <summary>The number of buckets.</summary>
    public required int Count { get; init; }

    /// <summary>The distance from which on all share the last bucket.</summary>
    public required int MaximumDistance { get; init; }

    /// <summary>True: half of the buckets are for keys behind the query (an encoder). False: keys before it only (a decoder).</summary>
    public required bool IsBidirectional { get; init; }

    /// <summary>The bucket of a query and a key.</summary>
    /// <remarks>
    /// The logarithm is taken in float32, as the published models compute it: at a distance where the exact quotient is an integer, double
    /// precision could choose the neighbour. Where the largest distance is a near one, the scale runs backwards, as it does there: buckets fall with the
    /// distance until there is none.
    /// </remarks>
    /// <exception cref="RuleViolationException">The keys lie so far off that no bucket is theirs.</exception>
    public int Of(int query, int key)
    {
        var (count, first, distance) = (Count, 0, query - key);
        if (IsBidirectional)
        {
            count /= 2;
            first = distance < 0 ? count : 0;
            distance = Math.Abs(distance);
        }

        distance = Math.Max(distance, 0);
        var exact = count / 2;
        if (distance < exact)
        {
            return first + distance;
        }

        var far = MathF.Log((float)distance / exact) / (float)Math.Log((double)MaximumDistance / exact) * (count - exact);
        return float.IsFinite(far) && exact + (int)far >= 0
            ? first + Math.Min(exact + (int)far, count - 1)
            : throw new RuleViolationException(
                "a query and a key must be within the distances that have a bucket",
                $"{Math.Abs(query - key)} tokens apart, with {Count} buckets up to distance {MaximumDistance}",
                "use shorter sequences, or a larger distance");
    }

    /// <summary>Checks that there are buckets for near distances, and a scale for far ones.</summary>
    /// <exception cref="RuleViolationException">There are too few buckets, or the largest distance is none.</exception>
    public void Check()
    {
        var exact = Count / (IsBidirectional ? 4 : 2);
        if (exact < 1 || MaximumDistance < 1)
        {
            throw new RuleViolationException(
                "relative buckets need some of their own for near distances, and a largest distance",
                $"{Count} buckets up to distance {MaximumDistance}",
                "use at least 4 buckets and a distance of at least 1");
        }
    }
}
