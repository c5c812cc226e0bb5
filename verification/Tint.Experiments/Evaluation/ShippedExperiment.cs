using Tint.Experiments.Text;
using Tint.Fixtures;

namespace Tint.Experiments.Evaluation;

/// <summary>The model and the texts that ship, so that experiments run with nothing else.</summary>
public static class ShippedExperiment
{
    /// <summary>The model's folder: GPT-2's shape, width 64, 4 heads, 4 layers, 256 positions, a token a byte.</summary>
    public static string ModelFolder => Path.Combine(FixtureLocator.FindShipped(), "models", "chronicles");

    /// <summary>The text that rates are chosen on; the model was not trained on it.</summary>
    public static string SelectionText => Path.Combine(FixtureLocator.FindShipped(), "texts", "validation.txt");

    /// <summary>The text that results are reported on; the model was not trained on it, and nothing is chosen on it.</summary>
    public static string ReportText => Path.Combine(FixtureLocator.FindShipped(), "texts", "test.txt");

    /// <summary>How many documents each of the texts has.</summary>
    public const int Documents = 16;

    /// <summary>What a text file of a split holds.</summary>
    public static string Content(TextSplit split) => GeneratedText.Of(split, Documents);
}
