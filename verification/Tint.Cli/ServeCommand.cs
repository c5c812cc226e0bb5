using System.CommandLine;
using System.Globalization;
using Tint.Oracle.Serving;
using Tint.Reference.LinearAlgebra;

namespace Tint.Cli;

/// <summary><c>tint serve</c>: a live oracle over standard input and output.</summary>
internal static class ServeCommand
{
    private const string Description = """
        Answers requests over standard input and output until the input ends: runs a module or a whole model on inputs of
        yours, judges tensors, looks for the mistake behind them, makes a fresh case.

        A message is a line of JSON and, behind it, as many bytes of a safetensors file as its field 'bytes' says; answers have
        the same form and the request's 'id'. Operations ('op'): describe, run, judge, explain, case. Requests are independent
        and run in parallel; answers come as they end. A request that cannot be used is answered with "ok": false and one line.

        Examples:
          echo '{"op": "describe"}' | tint serve
          echo '{"op": "case", "suite": "modules", "case": "LinearForward.a", "seed": 7}' | tint serve > answer
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var defaults = new ServeLimits();
        var megabytes = Words.WholeNumber("--max-megabytes", "N", "The most that the tensors of a request may take.", least: 1, otherwise: (int)(defaults.BodyBytes >> 20));
        var seconds = Words.WholeNumber("--timeout", "S", "How many seconds a request may take.", least: 1, otherwise: (int)defaults.Time.TotalSeconds);
        var parallel = Words.WholeNumber("--parallel", "N", "How many requests are worked on at a time; without it, as many as there are processors.", least: 1);
        var command = new Command("serve", Description) { megabytes, seconds, parallel };
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            LinearAlgebraProviders.Use(ProviderChoice.Simd);
            var limits = defaults with
            {
                BodyBytes = (long)parsed.GetValue(megabytes)!.Value << 20,
                Time = TimeSpan.FromSeconds(parsed.GetValue(seconds)!.Value),
                Parallel = parsed.GetValue(parallel) ?? defaults.Parallel,
            };
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            var answered = new StreamServer(input, output, limits).Run(token);
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tint: served {answered} requests"));
            return ExitCode.Success;
        }));
        return command;
    }
}
