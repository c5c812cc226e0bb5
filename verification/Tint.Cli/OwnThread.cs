namespace Tint.Cli;

/// <summary>
/// Runs work on a thread of its own, so that the command line can listen for cancellation beside it. A thread of the pool would be missing
/// there while the work waits for the pool's.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs <paramref name="work"/>.</summary>
    public static Task<T> Run<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
