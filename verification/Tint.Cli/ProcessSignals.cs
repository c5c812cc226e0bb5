using System.Runtime.InteropServices;
using Tint.Verification.Reports;

namespace Tint.Cli;

/// <summary>
/// What ends the process from outside: Ctrl-C, a request to terminate, a terminal that is gone. The first cancels the run, which then prints what
/// it knows; the second ends the process at once.
/// </summary>
internal sealed class ProcessSignals : IDisposable
{
    private static readonly PosixSignal[] Ending = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Terminal _terminal;
    private int _count;

    /// <summary>Begins to listen.</summary>
    public ProcessSignals(Terminal terminal)
    {
        _terminal = terminal;
        _registrations = [.. Ending.Where(signal => !IsIgnored(signal)).Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Removes what the process has half written, and ends it, whatever still runs.</summary>
    public static void End(Terminal terminal, int exitCode)
    {
        AtomicFile.DiscardAll();
        terminal.ShowCursor();
        Environment.Exit(exitCode);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
        {
            _source.Cancel();
        }
        else
        {
            End(_terminal, ExitCode.Unusable);
        }
    }

    /// <summary>Whether the parent had the signal ignored, as nohup does with that of a lost terminal; that stays so.</summary>
    private static bool IsIgnored(PosixSignal signal)
    {
        const string Field = "SigIgn:";
        int number = signal switch { PosixSignal.SIGHUP => 1, PosixSignal.SIGINT => 2, PosixSignal.SIGQUIT => 3, _ => 15 };
        try
        {
            var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field, StringComparison.Ordinal))[Field.Length..].Trim();
            return ((Convert.ToUInt64(mask, 16) >> (number - 1)) & 1) != 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }
}
