using System.CommandLine;
using System.Globalization;
using Tint.Mutation.Faults;
using Tint.Mutation.Proposing;
using Tint.Mutation.Running;

namespace Tint.Mutation;

/// <summary>The command line: named mutants, or proposed ones with a score.</summary>
internal static class MutationCommand
{
    private const string Description = """
        Puts faults into the sources, compiles them, and asks the checks whether they see them. Needs a built checkout.

        Without --propose it tries the named faults, each on the test that must see it. With --propose it draws mutants that
        operators make of the sources (a term dropped, operands swapped, a constant doubled, off by one, a comparison flipped
        …), asks the tests of the folder, cases, laws and all unit tests about each, and reports the share that is seen.
        Exit code: 0 if every named fault is seen or every proposed one was tried, 1 if a named one is not, 2 if it cannot run.
        """;

    /// <summary>Runs a command line.</summary>
    public static int Run(string[] arguments, CancellationToken token)
    {
        var name = new Option<string?>("--name") { Description = "Only named faults whose name begins with this.", HelpName = "TEXT" };
        var propose = new Option<int>("--propose") { Description = "How many mutants to draw; none if not given.", HelpName = "N" };
        var under = new Option<string>("--under")
        {
            Description = "Only files whose path begins with this.",
            HelpName = "PATH",
            DefaultValueFactory = _ => "reference/Tint.Reference/",
        };
        var seed = new Option<int>("--seed") { Description = "The seed of the draw; 1 if not given.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var shard = new Option<string>("--shard") { Description = "Only shard i of n.", HelpName = "I/N", DefaultValueFactory = _ => "1/1" };
        var json = new Option<string?>("--json") { Description = "Also write the results to a JSON file.", HelpName = "FILE" };
        var markdown = new Option<string?>("--markdown") { Description = "Also write the table of named faults to a Markdown file.", HelpName = "FILE" };
        var command = new RootCommand(Description) { name, propose, under, seed, shard, json, markdown };
        command.SetAction(parsed =>
        {
            try
            {
                var count = parsed.GetValue(propose);
                var verdicts = count > 0
                    ? Propose(count, parsed.GetValue(under)!, parsed.GetValue(seed), ShardOf(parsed.GetValue(shard)!), token)
                    : Named(parsed.GetValue(name) ?? string.Empty, token);
                Write(parsed.GetValue(json), stream => MutationDocument.Of(verdicts, count > 0 ? parsed.GetValue(seed) : null).WriteTo(stream));
                Write(count > 0 ? null : parsed.GetValue(markdown), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(MutationMarkdown.Render(verdicts))));
                return count > 0 || verdicts.All(verdict => verdict.Outcome == MutantFate.Killed) ? 0 : 1;
            }
            catch (Exception exception) when (exception is MutationException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(exception.Message);
                return 2;
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine("cancelled");
                return 2;
            }
        });
        return command.Parse(arguments).Invoke();
    }

    private static List<MutantVerdict> Named(string prefix, CancellationToken token)
    {
        var mutants = SourceMutants.All.Where(mutant => mutant.Name.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        if (mutants.Length == 0)
        {
            throw new MutationException($"no named fault begins with '{prefix}'; there are {string.Join(", ", SourceMutants.All.Select(mutant => mutant.Name))}");
        }

        using var trial = new Trial(Repository.Find());
        var verdicts = new List<MutantVerdict>();
        foreach (var mutant in mutants)
        {
            verdicts.Add(trial.Try(mutant, [Check.Named(mutant.SeenBy!)], token));
            Report(verdicts[^1]);
        }

        return verdicts;
    }

    private static List<MutantVerdict> Propose(int count, string under, int seed, (int Index, int Count) shard, CancellationToken token)
    {
        using var trial = new Trial(Repository.Find());
        var mutants = Proposer.Sample([trial.ProjectOf(under)], under, count, seed, shard);
        if (mutants.Count == 0)
        {
            throw new MutationException($"no operator applies to a file under {under}");
        }

        var verdicts = new List<MutantVerdict>();
        foreach (var mutant in mutants)
        {
            verdicts.Add(trial.Try(mutant, ProposedChecks.Of(mutant.File), token));
            Report(verdicts[^1]);
        }

        foreach (var folder in MutationDocument.Of(verdicts, seed).Folders.Append(MutationDocument.FolderScore.Of("all", verdicts)))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{folder.Folder}: {folder.Killed} of {folder.Killed + folder.Survived} seen ({folder.Score:0.0%}), {folder.Stillborn} do not compile"));
        }

        return verdicts;
    }

    private static void Report(MutantVerdict verdict)
    {
        var passage = verdict.Mutant.Fault is null ? $" [{OneLine(verdict.Mutant.Original)} → {OneLine(verdict.Mutant.Replacement)}]" : string.Empty;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{verdict.Outcome.ToString().ToUpperInvariant()} {verdict.Mutant.Name}{passage} {verdict.Finding} ({verdict.Seconds:0.0} s)"));
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static (int Index, int Count) ShardOf(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && index >= 1 && index <= count
                ? (index, count)
                : throw new MutationException($"--shard must be i/n with 1 ≤ i ≤ n; got '{text}'");
    }

    private static void Write(string? file, Action<Stream> write)
    {
        if (file is not null)
        {
            using var memory = new MemoryStream();
            write(memory);
            File.WriteAllBytes(file, memory.ToArray());
        }
    }
}
