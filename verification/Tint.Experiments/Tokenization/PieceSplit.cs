using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tint.Fixtures;
using Tint.Reference;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// One step of a pre-tokenizer: cuts a text into the matches of a pattern and what lies between. Patterns are written for an engine that sees code points and
/// knows sets within sets; .NET's sees UTF-16 and knows neither.
/// </summary>
internal sealed class PieceSplit
{
    /// <summary>GPT-2's own.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>How long one match may take: a pattern that runs through every way of cutting a text would not end.</summary>
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(10);

    private readonly Regex _pattern;

    /// <summary>A split at a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="longestMatch">How long one match may take; null for ten seconds.</param>
    /// <exception cref="RuleViolationException">The pattern uses what .NET's expressions cannot say.</exception>
    public PieceSplit(string pattern, TimeSpan? longestMatch = null)
    {
        try
        {
            _pattern = new Regex(Flattened(pattern), RegexOptions.CultureInvariant | RegexOptions.Compiled, longestMatch ?? LongestMatch);
        }
        catch (RegexParseException exception)
        {
            throw new RuleViolationException(
                "tokenizer.json: a pattern must be one that .NET's regular expressions have too",
                $"'{Printable.Text(pattern)}' ({exception.Error})",
                "use a tokenizer without possessive quantifiers and negated sets within sets");
        }
    }

    /// <summary>The pieces, which together are the text.</summary>
    public IEnumerable<string> Split(string text)
    {
        var (shadow, places) = Shadow(text);
        var begin = 0;
        foreach (var match in Matches(shadow))
        {
            if (match.Index > begin)
            {
                yield return text[places(begin)..places(match.Index)];
            }

            if (match.Length > 0)
            {
                yield return text[places(match.Index)..places(match.Index + match.Length)];
            }

            begin = match.Index + match.Length;
        }

        if (begin < shadow.Length)
        {
            yield return text[places(begin)..];
        }
    }

    /// <summary>Index and length of every match, in order.</summary>
    private List<(int Index, int Length)> Matches(string text)
    {
        var matches = new List<(int, int)>();
        try
        {
            foreach (var match in _pattern.EnumerateMatches(text))
            {
                matches.Add((match.Index, match.Length));
            }
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new RuleViolationException(
                FormattableString.Invariant($"tokenizer.json: a pattern must find a match within {exception.MatchTimeout.TotalSeconds} s"), $"'{Printable.Text(_pattern.ToString())}'", "use a tokenizer whose pattern does");
        }

        return matches;
    }

    /// <summary>
    /// A text of one UTF-16 unit a code point, those beyond the first 65,536 replaced by one of the same kind, and the place of each unit in the original.
    /// </summary>
    private static (string Shadow, Func<int, int> Place) Shadow(string text)
    {
        if (!text.Any(char.IsSurrogate))
        {
            return (text, static place => place);
        }

        var (shadow, places) = (new StringBuilder(text.Length), new List<int>(text.Length + 1));
        for (var index = 0; index < text.Length; index++)
        {
            places.Add(index);
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                shadow.Append(CharUnicodeInfo.GetUnicodeCategory(text, index++) switch
                {
                    UnicodeCategory.UppercaseLetter => 'Ꙁ',
                    UnicodeCategory.LowercaseLetter => 'ꙁ',
                    UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.TitlecaseLetter => 'ꀀ',
                    UnicodeCategory.DecimalDigitNumber => '߀',
                    UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '①',
                    UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => '\u0300',
                    _ => '\u2603',
                });
            }
            else
            {
                shadow.Append(text[index]);
            }
        }

        places.Add(text.Length);
        return (shadow.ToString(), place => places[place]);
    }

    /// <summary>The pattern with sets inside sets written as one.</summary>
    private static string Flattened(string pattern)
    {
        var (result, depth) = (new StringBuilder(), 0);
        for (var index = 0; index < pattern.Length; index++)
        {
            var character = pattern[index];
            if (character == '\\' && index + 1 < pattern.Length)
            {
                result.Append(character).Append(pattern[++index]);
            }
            else if (character == '[' && depth > 0)
            {
                depth++;
                if (index + 1 < pattern.Length && pattern[index + 1] is '^' or ':')
                {
                    throw new RuleViolationException(
                        "tokenizer.json: a set within a set must not be negated", $"'{Printable.Text(pattern)}'", "use a tokenizer whose pattern has none");
                }
            }
            else if (character == ']' && depth > 1)
            {
                depth--;
            }
            else
            {
                depth += character == '[' ? 1 : character == ']' && depth > 0 ? -1 : 0;
                result.Append(character);
            }
        }

        return result.ToString();
    }
}
