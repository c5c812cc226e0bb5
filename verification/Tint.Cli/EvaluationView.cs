using System.Globalization;
using Tint.Experiments.Evaluation;

namespace Tint.Cli;

/// <summary>Prints an evaluation.</summary>
internal static class EvaluationView
{
    /// <summary>Prints it.</summary>
    public static void Print(Terminal terminal, EvaluationDocument document)
    {
        terminal.Prose($"{document.Model} ({document.Family}), {document.Tokenizer}; {document.Text}, windows of {document.Window} tokens");
        var table = new Grid(
        [
            new Grid.Column("method"),
            .. Grid.Numbers("fraction", "steps", "layers", "rate", "perplexity", "95 %", "loss − vanilla"),
        ]);
        foreach (var point in document.Chosen)
        {
            table.Add(
                EvaluationText.Name(point.Method),
                point.Fraction.ToString("0.##", CultureInfo.InvariantCulture),
                EvaluationText.Steps(point),
                EvaluationText.Layers(point),
                EvaluationText.Rate(point.Rate),
                EvaluationText.Number(point.Perplexity),
                EvaluationText.Interval(point),
                EvaluationText.Change(point));
        }

        table.WriteTo(terminal);
        terminal.Prose(document.AsPublished
            ? $"as published, rates were chosen on the same {document.ReportingWindows} windows that are reported, which flatters whatever has a rate"
            : $"rates were chosen on {document.SelectingWindows} windows and results are reported on {document.ReportingWindows} others");
        terminal.Prose("95 % intervals have windows as their sample; loss − vanilla is in nats a token, window by window");
        terminal.Prose(
            $"{document.Engine}, shard {document.Shard}, provider {document.Provider}; {Number(document.Seconds)} s, {document.ParallelWindows} windows at once within "
            + $"{Number(document.MemoryGib)} GiB, {Number(document.PeakGib)} GiB taken");
        foreach (var sentence in document.Verdicts.Concat(document.Notes))
        {
            terminal.Output.WriteLine(sentence);
        }
    }

    private static string Number(double value) => value.ToString("0.0#", CultureInfo.InvariantCulture);
}
