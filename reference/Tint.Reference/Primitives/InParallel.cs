using MathNet.Numerics;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Primitives;

/// <summary>Runs independent work on as many cores as Math.NET's <see cref="Control"/> allows.</summary>
internal static class InParallel
{
    /// <summary>
    /// The results of <paramref name="select"/>, in the order of the source. Where it throws, the first exception comes out as it was thrown.
    /// </summary>
    public static TResult[] Select<TSource, TResult>(IEnumerable<TSource> source, Func<TSource, TResult> select)
    {
        TSource[] items = [.. source];
        var results = new TResult[items.Length];
        Parallelism.For(items.Length, Control.MaxDegreeOfParallelism, index => results[index] = select(items[index]));
        return results;
    }
}
