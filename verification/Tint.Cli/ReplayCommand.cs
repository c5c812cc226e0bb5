using System.CommandLine;
using Spectre.Console;
using Tint.Fixtures;
using Tint.Properties.Implementations;
using Tint.Properties.Laws;
using Tint.Properties.Saving;
using Tint.Reference;

namespace Tint.Cli;

/// <summary><c>tint replay</c>: puts saved cases to their laws again.</summary>
internal static class ReplayCommand
{
    private const string Description = """
        Puts cases that 'tint properties --save' wrote to their laws again.

        A saved file says its law, seed, case, how it was made smaller, and the implementation that broke the law; that
        one is tried again, or another that --implementation names. Exit code: 0 if every law holds, 1 if one is broken,
        2 if no case met its law's condition, or a file cannot be used.

        Examples:
          tint replay failures/LinearBackward.L02.1.0.safetensors
          tint replay failures/*.safetensors --implementation simulation
          tint replay failures/*.safetensors --implementation ../mine/bin/Debug/net10.0/Mine.dll:Mine.Tint
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE") { Description = "Files of saved cases.", Arity = ArgumentArity.OneOrMore };
        var implementation = new Option<string?>("--implementation")
        {
            Description = "What is put to the laws; the one that broke it, if not given.",
            HelpName = ImplementationNames.Words,
        };
        var provider = new ProviderOption();
        var command = new Command("replay", Description) { files, implementation };
        provider.AddTo(command);
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            provider.Use(parsed, tasks: 1);
            return Run(terminal, parsed.GetRequiredValue(files), parsed.GetValue(implementation), token);
        }));
        return command;
    }

    private static int Run(Terminal terminal, IReadOnlyList<string> files, string? implementation, CancellationToken token)
    {
        var verdicts = new List<LawVerdict>();
        var table = new Grid(
            new Grid.Column("file"), new Grid.Column("law"), new Grid.Column("implementation"), new Grid.Column("ratio", Grid.Kind.Number), new Grid.Column("verdict"));
        foreach (var file in files)
        {
            token.ThrowIfCancellationRequested();
            var saved = SavedFailure.Read(file);
            var tint = Find(implementation, saved.Implementation);
            var verdict = saved.Law.Check(tint, saved.Case(file));
            verdicts.Add(verdict);
            table.Add(Path.GetFileName(file), saved.Law.Label, tint.Name, CampaignView.Ratio(verdict.Applies ? verdict.Ratio : null), Word(verdict));
            if (!verdict.Holds)
            {
                terminal.Prose($"{saved.Law}: {saved.Law.Statement}");
                terminal.Prose(Printable.Text(verdict.Worst, Printable.LongestLine), "  ");
            }
        }

        table.WriteTo(terminal);
        return verdicts.Exists(verdict => !verdict.Holds) ? ExitCode.Disagreement
            : verdicts.Exists(verdict => verdict.Applies) ? ExitCode.Success
            : ExitCode.Unusable;
    }

    /// <remarks>A file may name one of ours; code of others is loaded only where the user names it, never because a file does.</remarks>
    private static ITint Find(string? named, string saved) => ImplementationNames.Find(named
        ?? (ImplementationNames.BuiltIn.Any(item => item.Name == saved)
            ? saved
            : throw new RuleViolationException(
                "an implementation that is not of this project must be named", $"a case that '{Printable.Name(saved)}' failed", "add --implementation FILE.dll:CLASS")));

    private static Grid.Cell Word(LawVerdict verdict) =>
        !verdict.Holds ? new Grid.Cell("broken", Color.Red)
        : verdict.Applies ? new Grid.Cell("holds", Color.Green)
        : new Grid.Cell("not tried", Color.Yellow);
}
