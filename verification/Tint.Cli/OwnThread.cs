namespace Tint.Cli;

/// <summary>
/// Runs a verb on a thread of its own, so that the command line can listen for cancellation beside it. A thread of the pool would be missing
/// there while the verb waits for the pool's work.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs <paramref name="verb"/>, whose result is the exit code.</summary>
    public static Task<int> Run(Func<int> verb) =>
        Task.Factory.StartNew(verb, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
