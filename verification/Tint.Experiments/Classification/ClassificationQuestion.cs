using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tint.Experiments.Evaluation;

namespace Tint.Experiments.Classification;

/// <summary>What a classification asks, in one line.</summary>
internal static class ClassificationQuestion
{
    /// <summary>The line: digests of model, demonstrations and tests, and every setting that an answer depends on.</summary>
    public static string Of(
        LoadedModel model,
        ClassificationOptions options,
        IReadOnlyList<IReadOnlyList<ClassificationExample>> demonstrations,
        IReadOnlyList<ClassificationExample> tests,
        string provider) => string.Join(
        "; ",
        $"parameters {ModelDigest.Of(model.Tensors)}",
        $"tokenizer {model.Tokenizer.Name}",
        $"demonstrations {Digest(demonstrations.SelectMany(static drawn => drawn))}",
        $"tests {Digest(tests)}",
        $"template {Digest([options.Template.Before, options.Template.After, options.Template.Neutral, .. options.Template.Words])}",
        $"shots {options.Shots}",
        $"seeds {string.Join(' ', options.Seeds)}",
        $"methods {string.Join(' ', options.Methods)}",
        $"calibrations {string.Join(' ', options.Calibrations)}",
        $"losses {string.Join(' ', options.LabelsOnly.Select(static only => only ? "label_only" : "context"))}",
        $"joins {string.Join(' ', options.Apart.Select(static apart => apart ? "single" : "concatenated"))}",
        $"layers {string.Join(' ', options.Layers.Select(static layers => layers?.ToString(CultureInfo.InvariantCulture) ?? "all"))}",
        $"rates {Numbers(options.Rates)}",
        $"dynamic rates {Numbers(options.DynamicRates)}",
        $"steps {options.Steps}",
        $"longest {options.Longest}",
        provider);

    private static string Digest(IEnumerable<ClassificationExample> examples) =>
        Digest([.. examples.Select(static example => $"{example.Label.ToString(CultureInfo.InvariantCulture)} {example.Text}")]);

    /// <summary>Lengths come along, so that no two lists have one digest.</summary>
    private static string Digest(IReadOnlyList<string> texts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(texts.Select(static text => $"{text.Length.ToString(CultureInfo.InvariantCulture)}:{text};")))));

    private static string Numbers(IEnumerable<double> numbers) => string.Join(' ', numbers.Select(static number => number.ToString("R", CultureInfo.InvariantCulture)));
}
