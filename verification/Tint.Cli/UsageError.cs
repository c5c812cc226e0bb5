using System.CommandLine;
using System.CommandLine.Invocation;

namespace Tint.Cli;

/// <summary>What is wrong with a command line, in one line, with what was probably meant.</summary>
internal static class UsageError
{
    /// <summary>The complaint about a command line that cannot be parsed.</summary>
    public static string Of(ParseResult parsed)
    {
        // A word that nothing takes is the first to blame: the words after it, and a verb that seems to be missing, are its consequences.
        if (parsed.UnmatchedTokens.Count == 0)
        {
            return parsed.Errors[0].Message;
        }

        var word = parsed.UnmatchedTokens[0];
        return $"Unrecognized command or argument '{word}'.{Suggestion(parsed, word)}";
    }

    /// <summary>The parser's own suggestions: it prints, for each word, a line that quotes it and then a line a suggestion.</summary>
    private static string Suggestion(ParseResult parsed, string word)
    {
        using var output = new StringWriter();
        ((ParseErrorAction)parsed.Action!).ShowHelp = false;
        parsed.InvocationConfiguration.Output = output;
        parsed.InvocationConfiguration.Error = TextWriter.Null;
        parsed.Invoke();
        var names = output.ToString()
            .Split(Environment.NewLine, StringSplitOptions.TrimEntries)
            .SkipWhile(line => !line.StartsWith($"'{word}'", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line.Length > 0 && !line.StartsWith('\''))
            .Select(name => $"'{name}'")
            .ToArray();
        return names.Length == 0 ? string.Empty : $" Did you mean {string.Join(" or ", names)}?";
    }
}
