using Tint.Reference;

namespace Tint.Experiments.Classification;

/// <summary>A task with its templates and label words, as published.</summary>
/// <param name="Name">As in "sst2".</param>
/// <param name="Templates">By their published numbers: 0 as used, 1 with symbols for labels, 2 another wording.</param>
public sealed record ClassificationTask(string Name, IReadOnlyList<ClassificationTemplate> Templates)
{
    private static readonly ClassificationTemplate Review = new("Review: ", "\nSentiment: ", "\nSentiment: ", ["Negative", "Positive"]);
    private static readonly ClassificationTemplate Article = new(
        "Article: ", "\nWhat is the article about? Answer: ", " Answer: ", ["World", "Sports", "Business", "Technology"]);

    private static readonly ClassificationTemplate Sentence = new(string.Empty, " This is ", " This is ", ["objective", "subjective"]);

    private static readonly ClassificationTemplate[] Sentiment =
        [Review, Review with { Words = ["@", "#"] }, new(string.Empty, " It was ", " It was ", ["terrible", "great"])];

    /// <summary>The published tasks.</summary>
    public static IReadOnlyList<ClassificationTask> All { get; } =
    [
        new("subj", [Sentence, Sentence with { Words = ["@", "#"] }]),
        new(
            "agnews",
            [
                Article,
                Article with { Words = ["#", "@", "$", "%"] },
                new(
                    string.Empty,
                    " What label best describes this news article? ",
                    " What label best describes this news article? ",
                    ["World politics", "Sports", "Business", "Science and technology"]),
            ]),
        .. new[] { "sst2", "cr", "mr", "mpqa", "amazon", "yelp" }.Select(static name => new ClassificationTask(name, Sentiment)),
    ];

    /// <summary>A published task.</summary>
    /// <exception cref="RuleViolationException">There is none of that name.</exception>
    public static ClassificationTask Find(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? throw new RuleViolationException("--task must be known", $"'{name}'", $"use {string.Join(", ", All.Select(static task => task.Name))}");

    /// <summary>A template by its number.</summary>
    /// <exception cref="RuleViolationException">The task has none of that number.</exception>
    public ClassificationTemplate Template(int number) => number >= 0 && number < Templates.Count
        ? Templates[number]
        : throw new RuleViolationException($"{Name} must have the template", $"{number}", $"use 0 to {Templates.Count - 1}");
}
