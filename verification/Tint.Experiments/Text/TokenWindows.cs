using Tint.Experiments.Tokenization;
using Tint.Reference;

namespace Tint.Experiments.Text;

/// <summary>Text as windows of tokens, cut as the published evaluation cuts them.</summary>
/// <remarks>
/// A row is a line with its end; rows of white space alone are dropped. Each row is tokenised with the special tokens that the model wants around a text (OPT: a BOS a
/// row), rows are joined in batches of 1000, a batch is cut into windows without overlap, and what is left of it is dropped.
/// </remarks>
public static class TokenWindows
{
    private const int RowsPerBatch = 1000;

    /// <summary>The windows of several texts, in order.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="length">T.</param>
    /// <param name="vocabularySize">V of the model.</param>
    /// <param name="most">The first so many alone; text behind them is not tokenised.</param>
    /// <exception cref="RuleViolationException">A token is not in the model's vocabulary, or there is not one window.</exception>
    public static IReadOnlyList<int[]> Of(IReadOnlyList<TextFile> texts, ITextTokenizer tokenizer, int length, int vocabularySize, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var windows = new List<int[]>();
        var longest = 0;
        foreach (var batch in texts.SelectMany(static text => Rows(text.Text)).Where(static row => !string.IsNullOrWhiteSpace(row)).Chunk(RowsPerBatch))
        {
            int[] tokens = [.. batch.SelectMany(tokenizer.Encode)];
            longest = Math.Max(longest, tokens.Length);
            windows.AddRange(tokens.Chunk(length).Where(window => window.Length == length).Take(most - windows.Count));
            if (windows.Count == most)
            {
                break;
            }
        }

        if (windows.SelectMany(static window => window).Where(id => id >= vocabularySize).Select(static id => (int?)id).FirstOrDefault() is { } unknown)
        {
            throw new RuleViolationException(
                "tokenizer and model must belong together", $"token {unknown} for a model of {vocabularySize}", "take both from one folder");
        }

        return windows.Count > 0
            ? windows
            : throw new RuleViolationException("the text must hold a window", $"{longest} tokens for a window of {length}", "use more text or a shorter --window");
    }

    private static IEnumerable<string> Rows(string text)
    {
        var begin = 0;
        while (begin < text.Length)
        {
            var end = text.IndexOf('\n', begin);
            end = end < 0 ? text.Length : end + 1;
            yield return text[begin..end];
            begin = end;
        }
    }
}
