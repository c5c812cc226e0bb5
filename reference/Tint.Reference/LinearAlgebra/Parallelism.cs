using System.Runtime.ExceptionServices;
using MathNet.Numerics;

namespace Tint.Reference.LinearAlgebra;

/// <summary>Spreads independent tasks over threads as Math.NET's <see cref="Control"/> says.</summary>
internal static class Parallelism
{
    /// <summary>Entries read and written, or scalar operations, below which a loop is not worth splitting among threads.</summary>
    private const long SmallestParallelWork = 1 << 17;

    /// <summary>Ranges a thread: more than one, so that a thread that was held up leaves some to the others.</summary>
    private const int RangesPerThread = 4;

    /// <summary>
    /// Runs tasks 0 … <paramref name="count"/> − 1, at most <paramref name="threads"/> at a time. Where one throws, its exception comes out as it was
    /// thrown, not as part of an aggregate.
    /// </summary>
    public static void For(int count, int threads, Action<int> task)
    {
        if (count == 1 || threads == 1)
        {
            for (var index = 0; index < count; index++)
            {
                task(index);
            }
        }
        else
        {
            try
            {
                Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, TaskScheduler = Control.TaskScheduler }, task);
            }
            catch (AggregateException exception)
            {
                ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
            }
        }
    }

    /// <summary>Runs <paramref name="body"/>(from, to) on ranges that cover 0 … count − 1, in parallel where the work is worth it.</summary>
    public static void ForRanges(int count, long workPerItem, Action<int, int> body)
    {
        var threads = Control.MaxDegreeOfParallelism;
        if (threads == 1 || count * workPerItem < SmallestParallelWork)
        {
            body(0, count);
            return;
        }

        var parts = (int)Math.Min(count, (long)RangesPerThread * threads);
        For(parts, threads, part => body((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts)));
    }
}
