using System.Text.RegularExpressions;

namespace Tint.Cli.Tests;

/// <summary>
/// Command lines with words dropped, doubled, swapped and replaced end with an exit code and one line, whatever the words. <c>TINT_FUZZ_CASES</c> sets how
/// many are tried.
/// </summary>
public sealed partial class CommandLineFuzzTests : IDisposable
{
    private const int DefaultCases = 150;
    private const long MostBytes = 2L << 30;

    private static readonly string[] Junk =
    [
        string.Empty, " ", "-", "--", "---", "--filter", "--json", "--seed", "--law", "--help", "-h", "--version", "-1", "0", "1.5", "NaN", "99999999999", "−1", "1e999",
        "*", "?", "[x]", "[red]", "a\nb", "\u001b[31m", "\u202e", "😀", "'", "\"", "$(x)", "@file", "..", "LinearForward.a", "L01", "tiny", new('x', 5000),
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("tint-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Any_words_end_in_an_exit_code_and_complaints_of_one_line()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("TINT_FUZZ_CASES"), out var asked) ? asked : DefaultCases;
        var (random, refused, bytes) = (new Random(1), 0, GC.GetTotalMemory(forceFullCollection: true));
        for (var index = 0; index < cases; index++)
        {
            string[] words = [.. Bounded(Mutated(Line(random), random))];
            var line = string.Join(" | ", words.Select(word => word.Length > 40 ? word[..40] : word));
            var result = Invocation.Of(words);

            Assert.True(result.ExitCode is 0 or 1 or 2, $"exit code {result.ExitCode} for {line}");
            Assert.False(Leak().IsMatch(result.Error + result.Output), $"{line}: {result.Error}");
            Assert.All(result.ErrorLines, complaint => Assert.True(complaint.StartsWith("tint: ", StringComparison.Ordinal) || words.Contains("-"), $"{line}: {complaint}"));
            Assert.True(result.ExitCode != 2 || result.ErrorLines.Length > 0, $"no complaint for {line}");
            refused += result.ExitCode == 2 ? 1 : 0;
        }

        Assert.InRange(refused, cases / 3, cases);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - bytes < MostBytes);
    }

    private string[] Line(Random random) => random.Next(6) switch
    {
        0 => ["list", "--filter", "LinearForward.*", "--json", Path.Combine(_directory, "list.json")],
        1 => ["verify", "--filter", "LinearForward.a", "--seed", "7", "--json", Path.Combine(_directory, "verify.json")],
        2 => ["properties", "--cases", "1", "--law", "L01", "--seed", "3", "--shard", "1/1"],
        3 => ["replay", Path.Combine(_directory, "none.safetensors"), "--implementation", "simulation"],
        4 => ["verify", "--fixtures", _directory, "--filter", "LinearForward.a", "--provider", "managed"],
        _ => ["list", "--flags", "--filter", "TinT.gpt2.one_step"],
    };

    private static List<string> Mutated(string[] line, Random random)
    {
        var words = line.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var (at, other) = (random.Next(words.Count), random.Next(words.Count));
            switch (random.Next(4))
            {
                case 0:
                    words.RemoveAt(at);
                    break;
                case 1:
                    words.Insert(at, words[other]);
                    break;
                case 2:
                    (words[at], words[other]) = (words[other], words[at]);
                    break;
                default:
                    words[at] = Junk[random.Next(Junk.Length)];
                    break;
            }

            if (words.Count == 0)
            {
                return words;
            }
        }

        return words;
    }

    /// <summary>Keeps what a changed line would run small: one case, one law.</summary>
    private static List<string> Bounded(List<string> words)
    {
        if (words.Contains("verify") && !words.Contains("--filter"))
        {
            words.AddRange(["--filter", "LinearForward.a"]);
        }

        if (words.Contains("properties"))
        {
            words.AddRange(words.Contains("--law") ? [] : ["--law", "L01"]);
            words.AddRange(words.Contains("--cases") ? [] : ["--cases", "1"]);
        }

        return words;
    }

    [GeneratedRegex(@"\b[A-Z]\w*Exception\b|^ +at \w", RegexOptions.Multiline)]
    private static partial Regex Leak();
}
