using System.CommandLine;
using Tint.Explaining;
using Tint.Explaining.Page;
using Tint.Explaining.Walking;

namespace Tint.Cli;

/// <summary><c>tint explain</c>: the walk of a module on one small case, or all of them on a page.</summary>
internal static class ExplainCommand
{
    private const string Json = "--json";
    private const string Html = "--html";

    private const string Description = """
        Explains a module on one small case: its formula, its weights as matrices, what each head reads and where it writes,
        the states slot by slot before and behind every layer, one number followed by hand, and the checks that hold it.

        Weights are those that the module writes out; the layers are run one by one from them, and compared with the
        construction, that with the closed form, and that with the auxiliary model's own calculus, each within its bound.
        A slot is called x where it holds just the numbers of x. Without a module the modules are listed. --html writes all of
        them, beside the paper's claims and the code, on one page that needs nothing else.

        Exit code: 0 if every comparison holds, 1 if one does not, 2 if the command cannot be run.

        Examples:
          tint explain
          tint explain LinearForward
          tint explain AttentionBackward --seed 7 --json -
          tint explain --html tint.html
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var module = new Argument<string?>("MODULE") { HelpName = "MODULE", Description = "A module, as LinearDescent; without it they are listed.", Arity = ArgumentArity.ZeroOrOne };
        module.CompletionSources.Add([.. Walker.Modules]);
        var seed = Words.WholeNumber("--seed", "S", "Draw the case's numbers; without it they are made to be recognised: W has 10r + c at row r, column c.");
        var json = Words.Text(Json, "FILE", "Also write the walks to a JSON file; - for standard output.");
        var html = Words.Text(Html, "FILE", "Also write them to one self-contained page; - for standard output.");
        var command = new Command("explain", Description) { module, seed, json, html };
        command.SetAction(parsed =>
        {
            var chosen = parsed.GetValue(module);
            using var outputs = OutputFiles.Open(terminal, (Json, parsed.GetValue(json)), (Html, parsed.GetValue(html)));
            if (chosen is null && parsed.GetValue(json) is null && parsed.GetValue(html) is null)
            {
                List(outputs.Report);
                return ExitCode.Success;
            }

            var document = ExplanationDocument.Of(chosen is null ? Walker.Modules : [chosen], parsed.GetValue(seed));
            if (chosen is null)
            {
                Checks(outputs.Report, document);
            }
            else
            {
                ExplanationView.Print(outputs.Report, document.Modules[0]);
            }

            outputs.Write(Json, document.WriteTo);
            outputs.Write(Html, stream => ExplanationPage.Write(document, stream));
            return outputs.HasFailed ? ExitCode.Unusable : document.Modules.All(static walk => walk.Holds) ? ExitCode.Success : ExitCode.Disagreement;
        });
        return command;
    }

    private static void List(Terminal terminal)
    {
        var table = new Grid(new Grid.Column("module"), new Grid.Column("fact"), new Grid.Column("what it is", Grid.Kind.Prose));
        foreach (var module in Walker.Modules)
        {
            var (label, title) = Walker.Introduce(module);
            table.Add(module, label, title);
        }

        table.WriteTo(terminal);
        terminal.Output.WriteLine("tint explain MODULE walks through one, tint explain --html FILE through all.");
    }

    private static void Checks(Terminal terminal, ExplanationDocument document)
    {
        var table = new Grid([.. Grid.Words("module"), .. Grid.Numbers("layers", "comparisons", "error/bound")]);
        foreach (var walk in document.Modules)
        {
            table.Add(walk.Module, ExplanationView.Number(walk.Steps.Count), ExplanationView.Number(walk.Checks.Count), ExplanationView.Ratio(walk.Checks));
        }

        table.WriteTo(terminal);
    }
}
