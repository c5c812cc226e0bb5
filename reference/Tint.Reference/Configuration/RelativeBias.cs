using MathNet.Numerics.LinearAlgebra;

namespace Tint.Reference.Configuration;

/// <summary>What a score gets by how far the key lies from the query: an entry of a table, by bucket and head.</summary>
/// <remarks>
/// Entries of a position × position table are not what TinT's position parts hold (C15): it is a layer that TinT lacks, with the table's own parameters.
/// Source: C34.
/// </remarks>
public sealed record RelativeBias
{
    /// <summary>The bucket of a query and a key.</summary>
    public required RelativeBuckets Buckets { get; init => field = Require.Present(value, "the buckets of a relative bias"); }

    /// <summary>The table, [buckets × H].</summary>
    public required Matrix<double> Table { get; init => field = Require.Present(value, "the table of a relative bias"); }

    /// <summary>Table[bucket(i, j), head], [T × S].</summary>
    /// <param name="head">The query head.</param>
    /// <param name="queries">T.</param>
    /// <param name="keys">S.</param>
    public Matrix<double> Of(int head, int queries, int keys) =>
        Matrix<double>.Build.Dense(queries, keys, (i, j) => Table.At(Buckets.Of(i, j), head));

    /// <summary>Checks buckets and table.</summary>
    /// <param name="headCount">H.</param>
    /// <exception cref="RuleViolationException">There are too few buckets, the table has another shape, or it holds NaN or infinity.</exception>
    internal void Check(int headCount)
    {
        Buckets.Check();
        Require.Shape(Table, Buckets.Count, headCount, "the table of a relative bias");
        Require.Finite(Table, "the table of a relative bias");
    }
}
