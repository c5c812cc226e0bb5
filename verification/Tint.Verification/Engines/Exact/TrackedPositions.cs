using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;

namespace Tint.Verification.Engines.Exact;

/// <summary>The relative positions of one stack with rounding: what they add to the scores of every block, and the gradient that comes back from all of them.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Buckets">The buckets.</param>
internal sealed record TrackedPositions(string Name, RelativeBuckets Buckets)
{
    /// <summary>Table[bucket(i, j), head], [T × S].</summary>
    public Tracked Of(TrackedPass pass, int head, int queries, int keys)
    {
        var table = pass.Parameters[Name];
        Matrix<double> Entries(Matrix<double> source) => Matrix<double>.Build.Dense(queries, keys, (i, j) => source.At(Buckets.Of(i, j), head));
        return new Tracked(Entries(table.Value), table.Error is null ? null : Entries(table.Error));
    }

    /// <summary>Adds to the table's gradient the sums over the pairs of each bucket.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="scores">∂s of every head, [T × S].</param>
    public void Learn(TrackedPass pass, IReadOnlyList<Tracked> scores)
    {
        // The pairs column by column, as the storage lies.
        var (queries, keys) = (scores[0].RowCount, scores[0].ColumnCount);
        var bucket = new Tracked(Matrix<double>.Build.Dense(
            Buckets.Count, queries * keys, (index, pair) => Buckets.Of(pair % queries, pair / queries) == index ? 1 : 0));
        Matrix<double> Pairs(Matrix<double> part) => Matrix<double>.Build.Dense(queries * keys, 1, part.ToColumnMajorArray());
        pass.Learn(Name, scores
            .Select(head => pass.Arithmetic.Multiply(bucket, new Tracked(Pairs(head.Value), head.Error is null ? null : Pairs(head.Error))))
            .Aggregate(Arithmetic.Beside));
    }
}
