using MathNet.Numerics;

namespace Tint.Reference.LinearAlgebra;

/// <summary>Spreads independent tasks over threads as Math.NET's <see cref="Control"/> says.</summary>
internal static class Parallelism
{
    /// <summary>Runs tasks 0 … <paramref name="count"/> − 1, at most <paramref name="threads"/> at a time.</summary>
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
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, TaskScheduler = Control.TaskScheduler }, task);
        }
    }
}
