using Spectre.Console;

namespace Tint.Cli;

/// <summary>Work that a person may watch, and may end before it is done.</summary>
internal static class LongWork
{
    /// <summary>
    /// How long cancelled work may take to come to an end of its own. Work that looks at its token less often is left behind: the process ends
    /// soon after, and what is known until then is in <c>known</c>.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.7);

    /// <summary>Does the work, with a progress bar where a person watches.</summary>
    /// <param name="terminal">Where the bar goes.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="work">The work; it calls what it is given after each one.</param>
    /// <param name="known">What is known of cancelled work, while it may still be running.</param>
    /// <param name="token">Cancels the work.</param>
    /// <returns>The result, and whether it is all of it.</returns>
    public static (T Result, bool IsWhole) Run<T>(
        Terminal terminal, string unit, double count, Func<Action, T> work, Func<T> known, CancellationToken token)
    {
        if (!terminal.IsInteractive)
        {
            return Run(() => work(() => { }), known, token);
        }

        return terminal.Console.Progress().AutoClear(true).Start(context =>
        {
            // The bar itself is safe for several threads.
            var task = context.AddTask(unit, maxValue: count);
            return Run(() => work(() => task.Increment(1)), known, token);
        });
    }

    private static (T Result, bool IsWhole) Run<T>(Func<T> work, Func<T> known, CancellationToken token)
    {
        var running = OwnThread.Run(work);
        try
        {
            running.Wait(token);
        }
        catch (OperationCanceledException)
        {
            // The token's; what the work itself throws comes in an AggregateException.
        }
        catch (AggregateException) when (token.IsCancellationRequested)
        {
        }

        if (!token.IsCancellationRequested)
        {
            return (running.GetAwaiter().GetResult(), true);
        }

        try
        {
            if (running.Wait(Grace, CancellationToken.None))
            {
                return (running.Result, false);
            }
        }
        catch (AggregateException)
        {
            // It ended because it was cancelled.
        }

        return (known(), false);
    }
}
