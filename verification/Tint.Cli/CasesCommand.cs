using System.CommandLine;
using Tint.Fixtures;
using Tint.Oracle.Cases;
using Tint.Reference.LinearAlgebra;

namespace Tint.Cli;

/// <summary><c>tint cases</c>: makes fresh cases.</summary>
internal static class CasesCommand
{
    private const string Out = "--out";

    private const string Description = """
        Makes cases in the fixtures' format, for implementations that want other shapes, seeds or single modules.

        Examples:
          tint cases new --suite modules --out fresh --seed 7
          tint cases steps --cases fresh --out steps
        """;

    private const string NewDescription = """
        Writes fresh cases: inputs, what the construction gives with a bound for every number, the simulation's and the exact
        results, and every named intermediate of whole models.

        Suites: modules (every module and option), models (whole models of gpt2 and opt, or of the family that is named; of
        llama, gpt_neox, gptj, bloom, gpt_bigcode and t5 each switch as well), paper (both in small as the paper means them, with the departures of the published code turned off). The same seed gives the same inputs to the last
        bit anywhere; results are always computed by the managed products, whose bits do not depend on threads, and have the
        last bits of exp, tanh and log of the platform's C library.

        A shape is D/H, D/H/K, D/H/K/H_sim or D/H/K/H_sim/T. The folder must be new or empty.

        Examples:
          tint cases new --suite modules --out fresh --seed 7
          tint cases new --suite models --family opt --shapes 24/3/8/12/12 32/4 --out fresh --seed 7
          tint cases new --suite models --family llama --out fresh --seed 7
          tint cases new --suite paper --dtype float32 --out fresh --seed 7
        """;

    private const string StepsDescription = """
        Writes the single modules of whole models as cases of their own: each module of every pass with the inputs that the
        reference has there, so that one broken module is told apart from what it breaks downstream.

        Their ids are the whole model's id and the name of the intermediate: TinT.gpt2.one_step.backward0.layer1.attention.output.

        Examples:
          tint cases steps --out steps --filter TinT.gpt2.one_step
          tint cases steps --cases fresh --out steps
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Terminal terminal) => new("cases", Description) { New(terminal), Steps(terminal) };

    private static Command New(Terminal terminal)
    {
        var suite = Words.Text("--suite", string.Join('|', CaseSuites.Names), "Which cases.");
        suite.Required = true;
        var output = Folder();
        var seed = Words.WholeNumber("--seed", "S", "The seed of all numbers.", otherwise: 1);
        var shapes = Words.Texts("--shapes", "SHAPE", "The shapes; without it the suite's own.", severalAtOnce: true);
        var family = Words.Text("--family", string.Join('|', CaseSuites.Families), "Only whole models of that family; without it, gpt2 and opt.");
        var type = new Option<string>("--dtype") { Description = "The type of all numbers: float64 or float32.", HelpName = "TYPE", DefaultValueFactory = _ => "float64" };
        type.AcceptOnlyFromAmong([.. FixtureModules.DataTypes]);
        var command = new Command("new", NewDescription) { suite, output, seed, shapes, family, type };
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            var (name, dataType, number) = (parsed.GetRequiredValue(suite)!, parsed.GetValue(type)!, parsed.GetValue(seed)!.Value);
            CaseShape[] wanted = [.. (parsed.GetValue(shapes) ?? []).Select(CaseShape.Parse)];
            return Write(
                terminal,
                parsed.GetRequiredValue(output)!,
                CaseSuites.Drafts(name, wanted, parsed.GetValue(family), dataType, number),
                $"made by tint cases new: suite {name}, {dataType}, seed {number}; what is expected is the construction's",
                token);
        }));
        return command;
    }

    private static Command Steps(Terminal terminal)
    {
        var cases = Words.Text("--cases", "DIR", $"A directory with a {FixtureManifest.FileName}; without it, the cases that ship.");
        var filter = Words.Texts("--filter", "GLOB", "Only cases whose id matches: * stands for any text, ? for one character. Given several times, one of them.");
        var output = Folder();
        var command = new Command("steps", StepsDescription) { cases, filter, output };
        command.SetAction((parsed, token) => OwnThread.Run(() =>
        {
            var manifest = FixtureManifest.Load(parsed.GetValue(cases) ?? FixtureLocator.FindShipped());
            var chosen = Verification.CaseFilter.Select(manifest.Cases, parsed.GetValue(filter) ?? []);
            return Write(
                terminal,
                parsed.GetRequiredValue(output)!,
                StepSuite.Drafts(chosen),
                "made by tint cases steps: the modules of whole models, each on the reference's own inputs; what is expected is the construction's",
                token);
        }));
        return command;
    }

    private static Option<string?> Folder()
    {
        var output = Words.Text(Out, "DIR", "The folder to write, new or empty.");
        output.Required = true;
        return output;
    }

    private static int Write(Terminal terminal, string directory, IReadOnlyList<Func<CaseDraft>> drafts, string source, CancellationToken token)
    {
        CaseSetWriter.Prove(directory);

        // Whatever products another verb may run on, these are the same everywhere.
        LinearAlgebraProviders.Use(ProviderChoice.Simd);
        var (count, isWhole) = LongWork.Run(
            terminal, "cases", drafts.Count, advance => CaseSetWriter.Write(directory, drafts, source, advance, token), () => 0, token);
        if (!isWhole)
        {
            terminal.Complain($"cancelled: nothing was written for {Out}");
            return ExitCode.Unusable;
        }

        terminal.Prose($"wrote {(count == 1 ? "1 case" : $"{count} cases")} and their {FixtureManifest.FileName} to {Printable.Text(directory)}");
        return ExitCode.Success;
    }
}
