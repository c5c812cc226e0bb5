using System.Globalization;
using System.Text;

namespace Tint.Experiments.Tokenization;

/// <summary>
/// Unicode's canonical composition (NFC), which some tokenizers ask for. The program runs without the system's Unicode tables, so that it does the same
/// everywhere, and .NET then leaves text as it is; hence these tables of its own.
/// </summary>
internal static class Composition
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const char FirstThatMayChange = '\u0300';

    private static readonly Lazy<Tables> Data = new(Load);

    /// <summary>The composed text.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstThatMayChange, char.MaxValue))
        {
            return text;
        }

        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Order(points);
        Compose(points);
        return string.Concat(points.Select(char.ConvertFromUtf32));
    }

    private static void Decompose(int point, List<int> points)
    {
        var syllable = point - HangulBase;
        if (syllable is >= 0 and < LeadCount * VowelCount * TailCount)
        {
            points.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            points.Add(VowelBase + (syllable / TailCount % VowelCount));
            if (syllable % TailCount > 0)
            {
                points.Add(TailBase + (syllable % TailCount));
            }
        }
        else if (Data.Value.Decompositions.TryGetValue(point, out var parts))
        {
            points.AddRange(parts);
        }
        else
        {
            points.Add(point);
        }
    }

    /// <summary>Sorts each run of marks by class, those of one class as they stand.</summary>
    private static void Order(List<int> points)
    {
        for (var begin = 0; begin < points.Count; begin++)
        {
            var end = begin;
            while (end < points.Count && Class(points[end]) > 0)
            {
                end++;
            }

            if (end - begin > 1)
            {
                var sorted = points[begin..end].OrderBy(Class).ToArray();
                for (var index = 0; index < sorted.Length; index++)
                {
                    points[begin + index] = sorted[index];
                }
            }

            begin = Math.Max(begin, end);
        }
    }

    /// <summary>Joins each character with the last starter before it, where nothing between blocks it.</summary>
    private static void Compose(List<int> points)
    {
        var (starter, end, last) = (-1, 0, 0);
        foreach (var point in points.ToArray())
        {
            var kind = Class(point);
            var isBlocked = starter >= 0 && starter + 1 < end && (last >= kind || last == 0);
            if (starter >= 0 && !isBlocked && Pair(points[starter], point) is { } joined)
            {
                points[starter] = joined;
                continue;
            }

            (starter, last) = (kind == 0 ? end : starter, kind);
            points[end++] = point;
        }

        points.RemoveRange(end, points.Count - end);
    }

    private static int? Pair(int first, int second)
    {
        int lead = first - LeadBase, vowel = second - VowelBase, syllable = first - HangulBase, tail = second - TailBase;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return HangulBase + (((lead * VowelCount) + vowel) * TailCount);
        }

        if (syllable is >= 0 and < LeadCount * VowelCount * TailCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
        {
            return first + tail;
        }

        return Data.Value.Pairs.TryGetValue((first, second), out var joined) ? joined : null;
    }

    private static int Class(int point) => Data.Value.Classes.GetValueOrDefault(point);

    private static Tables Load()
    {
        var tables = new Tables([], [], []);
        using var reader = new StreamReader(typeof(Composition).Assembly.GetManifestResourceStream("canonical.txt")!, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "c":
                    for (var point = Hex(words[1]); point <= Hex(words[2]); point++)
                    {
                        tables.Classes[point] = int.Parse(words[3], CultureInfo.InvariantCulture);
                    }

                    break;
                case "d":
                    tables.Decompositions[Hex(words[1])] = [.. words.Skip(2).Select(Hex)];
                    break;
                case "p":
                    tables.Pairs[(Hex(words[1]), Hex(words[2]))] = Hex(words[3]);
                    break;
                default:
                    break;
            }
        }

        return tables;
    }

    private static int Hex(string word) => int.Parse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private sealed record Tables(Dictionary<int, int> Classes, Dictionary<int, int[]> Decompositions, Dictionary<(int First, int Second), int> Pairs);
}
