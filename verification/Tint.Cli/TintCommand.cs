using System.CommandLine;
using System.CommandLine.Invocation;
using Tint.Verification;
using Tint.Verification.Engines;

namespace Tint.Cli;

/// <summary>The command <c>tint</c>: its verbs, and the one place where complaints become a line and an exit code.</summary>
internal static class TintCommand
{
    private const string Name = "tint";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Parses and runs a command line.</summary>
    /// <param name="arguments">The words after <c>tint</c>.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="engines">What verification runs.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, IReadOnlyList<ICaseEngine> engines)
    {
        var root = new RootCommand("Verifies a numeric reference implementation of TinT, the trainable transformer in a transformer.")
        {
            HelpName = Name,
        };
        root.Add(VerifyCommand.Create(terminal, engines));
        root.Add(ListCommand.Create(terminal));
        root.Add(BenchCommand.Create(terminal));
        root.Add(PropertiesCommand.Create(terminal));
        root.Add(ParamsCommand.Create(terminal));
        root.Add(MutantsCommand.Create(terminal));
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            var verb = parsed.CommandResult.Command == root ? string.Empty : $"{parsed.CommandResult.Command.Name} ";
            terminal.Complain($"{parsed.Errors[^1].Message} See '{Name} {verb}--help'.");
            return ExitCode.Unusable;
        }

        try
        {
            var settings = new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = Patience,
            };
            return await parsed.InvokeAsync(settings).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            terminal.Complain(Complaint.Of(exception, OptionNames.InCommandLine));
        }

        return ExitCode.Unusable;
    }
}
