using System.Diagnostics;
using System.Globalization;

namespace Tint.Cli.Tests;

/// <summary>The command as a process of its own, for what only a process has: signals, closed streams, an environment.</summary>
internal sealed record TintProcess(int ExitCode, string Output, string Error, TimeSpan AfterSignal)
{
    /// <summary>How long a run may take beyond what a test asks of it, on a machine that does much else besides.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static string Tool => Path.Combine(AppContext.BaseDirectory, "tint.dll");

    /// <summary>Runs the command in a shell, where <c>tint</c> stands for it.</summary>
    public static TintProcess InShell(string line, params (string Name, string Value)[] environment)
    {
        using var process = Start("/bin/sh", ["-c", $"tint() {{ dotnet '{Tool}' \"$@\"; }}; {line}"], environment);
        return End(process, Stopwatch.StartNew());
    }

    /// <summary>Runs the command and sends it signals, the first after a delay and the others soon after one another.</summary>
    public static TintProcess Signalled(TimeSpan delay, string[] signals, params string[] arguments)
    {
        using var process = Start("dotnet", [Tool, .. arguments], []);
        Thread.Sleep(delay);
        var watch = Stopwatch.StartNew();
        foreach (var signal in signals)
        {
            using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            Thread.Sleep(20);
        }

        return End(process, watch);
    }

    private static Process Start(string file, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static TintProcess End(Process process, Stopwatch watch)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"the command did not end within {Patience}");
        }

        process.WaitForExit();
        return new TintProcess(process.ExitCode, output.Result, error.Result, watch.Elapsed);
    }
}
