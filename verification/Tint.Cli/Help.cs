using System.CommandLine;
using System.CommandLine.Help;

namespace Tint.Cli;

/// <summary>Help in lines as wide as they are read: of the verb that is asked about all that is said, of those below it the first sentence.</summary>
internal static class Help
{
    private const int Widest = 100;

    /// <summary>Fits the help that a command line asks for, if it asks for any.</summary>
    /// <param name="root">The command.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="width">How many characters a line has.</param>
    public static void Fit(RootCommand root, ParseResult parsed, int width)
    {
        if (parsed.Action is not HelpAction)
        {
            return;
        }

        foreach (var help in root.Options.Select(static option => option.Action).OfType<HelpAction>())
        {
            help.MaxWidth = Math.Min(width, Widest);
        }

        var asked = parsed.CommandResult.Command;
        asked.Description = Paragraphs(asked.Description ?? string.Empty);
        foreach (var verb in asked.Subcommands)
        {
            verb.Description = FirstSentence(Paragraphs(verb.Description ?? string.Empty));
        }
    }

    /// <summary>The source's lines joined, but for those of examples, which begin with a space, and what an empty line parts.</summary>
    private static string Paragraphs(string description)
    {
        var lines = new List<string>();
        foreach (var line in description.ReplaceLineEndings("\n").Split('\n'))
        {
            if (lines.Count > 0 && line.Length > 0 && lines[^1].Length > 0 && line[0] != ' ' && lines[^1][0] != ' ')
            {
                lines[^1] += " " + line;
            }
            else
            {
                lines.Add(line);
            }
        }

        return string.Join('\n', lines);
    }

    private static string FirstSentence(string description)
    {
        var paragraph = description.Split('\n')[0];
        return paragraph.IndexOf(". ", StringComparison.Ordinal) is >= 0 and var end ? paragraph[..(end + 1)] : paragraph;
    }
}
