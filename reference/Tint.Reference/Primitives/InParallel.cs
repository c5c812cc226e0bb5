using System.Runtime.ExceptionServices;

namespace Tint.Reference.Primitives;

/// <summary>Runs independent work on all cores.</summary>
internal static class InParallel
{
    /// <summary>
    /// The results of <paramref name="select"/>, in the order of the source. Where it throws, the first exception comes out as it was thrown,
    /// not as part of an aggregate.
    /// </summary>
    public static TResult[] Select<TSource, TResult>(IEnumerable<TSource> source, Func<TSource, TResult> select)
    {
        try
        {
            return [.. source.AsParallel().AsOrdered().Select(select)];
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
            throw;
        }
    }
}
