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
    /// precision could choose the neighbour.
    /// </remarks>
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
        return first + Math.Min(exact + (int)far, count - 1);
    }

    /// <summary>Checks that both kinds of buckets exist.</summary>
    /// <exception cref="RuleViolationException">There are too few buckets, or the largest distance is a near one.</exception>
    public void Check()
    {
        var exact = Count / (IsBidirectional ? 4 : 2);
        if (exact < 1 || MaximumDistance <= exact)
        {
            throw new RuleViolationException(
                "relative buckets need some of their own for near distances, and a largest distance beyond these",
                $"{Count} buckets up to distance {MaximumDistance}",
                "use at least 4 buckets and a larger distance");
        }
    }
}
