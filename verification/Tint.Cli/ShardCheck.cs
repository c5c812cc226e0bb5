using System.Globalization;
using Tint.Properties.Campaigns;
using Tint.Reference;

namespace Tint.Cli;

/// <summary>What the parts of one experiment must have in common, and that they are all there, once each.</summary>
internal static class ShardCheck
{
    /// <summary>Requires that a part says the same as the first one.</summary>
    /// <param name="own">What the part says, and its file.</param>
    /// <param name="first">What the first part says, and its file.</param>
    /// <param name="what">Of what.</param>
    /// <exception cref="RuleViolationException">It says something else.</exception>
    public static void Same((string? Value, string Name) own, (string? Value, string Name) first, string what)
    {
        if (own.Value != first.Value)
        {
            throw new RuleViolationException(
                $"parts must be of one evaluation: the same {what}", $"'{own.Value}' in {own.Name} and '{first.Value}' in {first.Name}", "join the shards of one run of one build");
        }
    }

    /// <summary>Requires that every shard is there once, and holds what is its own.</summary>
    /// <param name="parts">The files, their shards and what they hold.</param>
    /// <param name="whole">Of how many there are shards.</param>
    /// <param name="what">What these are.</param>
    /// <exception cref="RuleViolationException">A shard is missing, there twice, or not all there.</exception>
    public static void Complete(IReadOnlyList<(string Name, string Shard, IEnumerable<int> Held)> parts, int whole, string what)
    {
        var names = new Dictionary<int, string>();
        var count = Shard.Parse(parts[0].Shard).Count;
        foreach (var (name, text, held) in parts)
        {
            var shard = Shard.Parse(text);
            if (!names.TryAdd(shard.Index, name))
            {
                throw new RuleViolationException("parts must not overlap", $"shard {text} in {names[shard.Index]} and in {name}", "name each shard once");
            }

            if (!shard.Indices(whole).ToHashSet().SetEquals(held))
            {
                throw new RuleViolationException($"a part must hold all {what} of its shard, and no others", $"others in {name}", "run the shard to its end");
            }
        }

        int[] missing = [.. Enumerable.Range(1, count).Where(index => !names.ContainsKey(index))];
        if (missing.Length > 0)
        {
            throw new RuleViolationException("parts must leave no gap", $"no shard {Number(missing[0])}/{Number(count)}", "run what is missing and name its file too");
        }
    }

    /// <summary>A number as parts compare it.</summary>
    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
