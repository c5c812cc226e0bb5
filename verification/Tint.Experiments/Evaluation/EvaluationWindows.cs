using Tint.Experiments.Text;
using Tint.Reference;

namespace Tint.Experiments.Evaluation;

/// <summary>The windows of an evaluation, each with what it is for.</summary>
public static class EvaluationWindows
{
    /// <summary>Cuts text into windows that choose rates and windows that report.</summary>
    /// <param name="model">Whose tokens they are.</param>
    /// <param name="report">The text that is reported on.</param>
    /// <param name="selection">The text that rates are chosen on; null for every second window of the other.</param>
    /// <param name="length">T.</param>
    /// <param name="asPublished">Whether rates are chosen on the windows that are reported.</param>
    /// <param name="most">At most so many windows that choose and that report; null for all.</param>
    /// <exception cref="RuleViolationException">There is no window of one kind.</exception>
    public static IReadOnlyList<EvaluationWindow> Of(
        LoadedModel model, IReadOnlyList<TextFile> report, IReadOnlyList<TextFile>? selection, int length, bool asPublished, (int? Selecting, int? Reporting) most)
    {
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<int[]> Cut(IReadOnlyList<TextFile> texts, int? most) =>
            TokenWindows.Of(texts, model.Tokenizer, length, model.Model.VocabularySize, most ?? int.MaxValue);
        if (asPublished)
        {
            return [.. Cut(report, most.Reporting).Select(static tokens => new EvaluationWindow(tokens, Selects: true, Reports: true))];
        }

        // Of one text, windows choose and report in turn.
        var windows = Cut(report, selection is not null ? most.Reporting : (int?)Math.Min(int.MaxValue, 2L * Math.Max(most.Selecting ?? int.MaxValue, most.Reporting ?? int.MaxValue)));
        if (selection is null && windows.Count < 2)
        {
            throw new RuleViolationException(
                "rates must be chosen on other windows than those that are reported", "one window in all", "use more text, --selection-text, or --as-published");
        }

        var (selecting, reporting) = selection is null
            ? (windows.Where(static (_, index) => index % 2 == 0), windows.Where(static (_, index) => index % 2 == 1))
            : (Cut(selection, most.Selecting), windows);
        return
        [
            .. selecting.Take(most.Selecting ?? int.MaxValue).Select(static tokens => new EvaluationWindow(tokens, Selects: true, Reports: false)),
            .. reporting.Take(most.Reporting ?? int.MaxValue).Select(static tokens => new EvaluationWindow(tokens, Selects: false, Reports: true)),
        ];
    }
}
