using Tint.Experiments.Text;
using Tint.Reference;

namespace Tint.Experiments.Classification;

/// <summary>Draws examples as the published evaluation does, as many of each label; with this project's own random numbers, so that the draws are others.</summary>
public static class ClassificationSample
{
    /// <summary>Examples in random order.</summary>
    /// <param name="examples">What to draw from.</param>
    /// <param name="count">How many.</param>
    /// <param name="labels">How many labels there are.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="RuleViolationException">The count is no multiple of the labels, or there are too few examples of one.</exception>
    public static IReadOnlyList<ClassificationExample> Balanced(IReadOnlyList<ClassificationExample> examples, int count, int labels, int seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (count % labels != 0)
        {
            throw new RuleViolationException("--shots must be a multiple of the number of labels", $"{count} for {labels}", $"use {count / labels * labels} or {((count / labels) + 1) * labels}");
        }

        var shuffled = new SeededNumbers(seed, 0).Some(examples, examples.Count);
        var chosen = Enumerable.Range(0, labels).SelectMany(label => shuffled.Where(example => example.Label == label).Take(count / labels)).ToArray();
        return chosen.Length == count
            ? new SeededNumbers(seed, 1).Some(chosen, count)
            : throw new RuleViolationException("there must be demonstrations enough of every label", $"{chosen.Length} of {count}", "use fewer --shots or more examples");
    }

    /// <summary>At most so many examples, in random order.</summary>
    public static IReadOnlyList<ClassificationExample> Any(IReadOnlyList<ClassificationExample> examples, int most, int seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return new SeededNumbers(seed, 2).Some(examples, Math.Min(most, examples.Count));
    }
}
