using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Tint.Verification;
using Tint.Verification.Engines;

namespace Tint.Cli;

/// <summary>The command <c>tint</c>: its verbs, and the one place where complaints become a line and an exit code.</summary>
internal static class TintCommand
{
    private const string Name = "tint";

    /// <summary>In the environment, not empty: the stack of what failed follows the complaint.</summary>
    private const string Trace = "TINT_TRACE";

    /// <summary>How long a cancelled verb may take to say what it knows; then the command returns without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Parses and runs a command line.</summary>
    /// <param name="arguments">The words after <c>tint</c>.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="engines">What verification runs.</param>
    /// <param name="token">Cancels the run: what is known is printed, and the exit code is <see cref="ExitCode.Unusable"/>.</param>
    /// <returns>One of <see cref="ExitCode"/>. Work that a cancelled run left behind may still be running.</returns>
    public static int Run(
        IReadOnlyList<string> arguments, Terminal terminal, IReadOnlyList<ICaseEngine> engines, CancellationToken token = default)
    {
        var root = new RootCommand("Verifies a numeric reference implementation of TinT, the trainable transformer in a transformer.")
        {
            HelpName = Name,
        };
        root.Add(VerifyCommand.Create(terminal, engines));
        root.Add(ListCommand.Create(terminal));
        root.Add(BenchCommand.Create(terminal));
        root.Add(ProductsCommand.Create(terminal));
        root.Add(PropertiesCommand.Create(terminal));
        root.Add(ProveCommand.Create(terminal));
        root.Add(ParamsCommand.Create(terminal));
        root.Add(MutantsCommand.Create(terminal));
        root.Add(ReplayCommand.Create(terminal));
        root.Add(EvaluateCommand.Create(terminal));
        root.Add(ClassifyCommand.Create(terminal));
        root.Add(DiffCommand.Create(terminal));
        root.Add(TrainCommand.Create(terminal));
        root.Add(ConstructCommand.Create(terminal));
        root.Add(ExampleCommand.Create(terminal));
        root.Add(ExplainCommand.Create(terminal));
        root.Add(DeparturesCommand.Create(terminal));
        root.Add(FaithfulCommand.Create(terminal));
        root.Add(PastCommand.Create(terminal));
        root.Add(JudgeCommand.Create(terminal));
        root.Add(CasesCommand.Create(terminal));
        root.Add(ServeCommand.Create(terminal));
        root.Add(MergeCommand.Create(terminal));
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            terminal.Complain($"{UsageError.Of(parsed)} See '{Words(parsed.CommandResult)} --help'.");
            return ExitCode.Unusable;
        }

        Help.Fit(root, parsed, terminal.Width);
        var exitCode = Run(parsed, terminal, token);
        if (terminal.OutputFailure is { } failure)
        {
            terminal.Complain($"standard output must be open and have room; got {failure}; write to a file or another place");
            return ExitCode.Unusable;
        }

        return exitCode;
    }

    /// <summary>As in "tint cases new".</summary>
    private static string Words(CommandResult command) => command.Parent is CommandResult parent ? $"{Words(parent)} {command.Command.Name}" : Name;

    private static int Run(ParseResult parsed, Terminal terminal, CancellationToken token)
    {
        // Signals are the caller's, who cancels the token.
        var settings = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        var running = OwnThread.Run(() => parsed.InvokeAsync(settings, token).GetAwaiter().GetResult());
        try
        {
            running.Wait(token);
            return running.Result;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return Finish(running, terminal);
        }
        catch (Exception exception)
        {
            Complain(terminal, exception);
            return ExitCode.Unusable;
        }
    }

    /// <summary>Waits for a cancelled verb to say what it knows.</summary>
    private static int Finish(Task<int> running, Terminal terminal)
    {
        try
        {
            if (running.Wait(Patience, CancellationToken.None))
            {
                return running.Result;
            }
        }
        catch (AggregateException exception) when (Complaint.Cause(exception) is not OperationCanceledException)
        {
            Complain(terminal, exception);
            return ExitCode.Unusable;
        }
        catch (AggregateException)
        {
            // It had nothing to say.
        }

        terminal.Complain("cancelled.");
        return ExitCode.Unusable;
    }

    private static void Complain(Terminal terminal, Exception exception)
    {
        var line = Complaint.Of(exception, OptionNames.InCommandLine);
        terminal.Complain(Complaint.IsExpected(exception)
            ? line
            : $"{line} This is a fault of {Name}: please report it with the command line and what {Trace}=1 in the environment adds.");
        if (Environment.GetEnvironmentVariable(Trace) is { Length: > 0 })
        {
            terminal.Error.WriteLine(exception);
        }
    }
}
