using Tint.Verification.Engines;

namespace Tint.Cli.Tests;

/// <summary>A command line that was run in this process, with what it wrote.</summary>
internal sealed record Invocation(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    public static Invocation Of(params string[] arguments) => With(ReferenceEngines.All, arguments);

    public static Invocation With(IReadOnlyList<ICaseEngine> engines, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = TintCommand.Run(arguments, Terminal.Of(output, error), engines);
        return new Invocation(exitCode, output.ToString(), error.ToString());
    }
}
