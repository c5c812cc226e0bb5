using System.CommandLine;
using System.Globalization;
using Tint.Oracle.Serving;
using Tint.Reference;
using Tint.Reference.LinearAlgebra;

namespace Tint.Cli;

/// <summary><c>tint serve</c>: a live oracle over standard input and output.</summary>
internal static class ServeCommand
{
    private const string Description = """
        Answers requests over standard input and output until the input ends: runs a module or a whole model on inputs of
        yours, judges tensors, looks for the mistake behind them, makes a fresh case.

        A message is a line of JSON and, behind it, as many bytes of a safetensors file as its field 'bytes' says; answers have
        the same form and the request's 'id'. Operations ('op'): describe, run, judge, explain, case, cancel. Requests are independent
        and run in parallel; answers come as they end. A request that cannot be used is answered with "ok": false and one line.

        With --http the same messages are the bodies of POST / on 127.0.0.1, or of POST /run, /judge, /explain and /case, which
        name the operation; GET / and GET /openapi.json describe it. Requests of web pages, and for other hosts, are refused.

        Examples:
          echo '{"op": "describe"}' | tint serve
          tint serve --http 8765
          echo '{"op": "case", "suite": "modules", "case": "LinearForward.a", "seed": 7}' | tint serve > answer
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var defaults = new ServeLimits();
        var megabytes = Words.WholeNumber("--max-megabytes", "N", "The most that the tensors of a request may take.", least: 1, otherwise: (int)(defaults.BodyBytes >> 20));
        var seconds = Words.WholeNumber("--timeout", "S", "How many seconds a request may take.", least: 1, otherwise: (int)defaults.Time.TotalSeconds);
        var parallel = Words.WholeNumber("--parallel", "N", "How many requests are worked on at a time; without it, as many as there are processors.", least: 1);
        var http = Words.WholeNumber("--http", "PORT", "Answer over HTTP on 127.0.0.1 in place of standard input and output.", least: 1);
        var address = Words.Text("--address", "IP", "With --http: the address to listen on; without it 127.0.0.1, this machine alone.");
        var names = Words.Texts("--host", "NAME", "With --http: a further name by which requests may call the server.");
        var command = new Command("serve", Description) { megabytes, seconds, parallel, http, address, names };
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            LinearAlgebraProviders.Use(ProviderChoice.Simd);
            var limits = defaults with
            {
                BodyBytes = (long)parsed.GetValue(megabytes)!.Value << 20,
                Time = TimeSpan.FromSeconds(parsed.GetValue(seconds)!.Value),
                Parallel = parsed.GetValue(parallel) ?? defaults.Parallel,
            };
            if (parsed.GetValue(http) is null && (parsed.GetValue(address) is not null || parsed.GetValue(names) is { Length: > 0 }))
            {
                throw new RuleViolationException("an address or a name is that of a web server", "--address or --host without --http", "add --http PORT");
            }

            var answered = parsed.GetValue(http) is { } port ? Http(terminal, port, parsed.GetValue(address), parsed.GetValue(names) ?? [], limits, token) : Streams(limits, token);
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tint: served {answered} requests"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static int Streams(ServeLimits limits, CancellationToken token)
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        return new StreamServer(input, output, limits).Run(token);
    }

#if TINT_WITHOUT_HTTP
    private static int Http(Terminal terminal, int port, string? address, IReadOnlyList<string> names, ServeLimits limits, CancellationToken token) =>
        throw new RuleViolationException("a build for a machine without the .NET runtime has no web server", $"--http {port}", "serve over standard input and output, or use the tool's package");
#else
    private static int Http(Terminal terminal, int port, string? address, IReadOnlyList<string> names, ServeLimits limits, CancellationToken token)
    {
        var where = Oracle.Http.HttpAddress.Parse(address, port, names);
        using var server = new Oracle.Http.HttpServer(where, limits);
        terminal.Error.WriteLine($"tint: listening on http://{where}/; Ctrl-C ends it");
        return server.Run(token);
    }
#endif
}
