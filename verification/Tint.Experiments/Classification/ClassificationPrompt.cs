using MathNet.Numerics.LinearAlgebra;
using Tint.Experiments.Tokenization;
using Tint.Reference;
using Tint.Reference.Input;

namespace Tint.Experiments.Classification;

/// <summary>A prompt as tokens: demonstrations with their words, a test part, and the first candidate's word behind it.</summary>
public sealed record ClassificationPrompt
{
    private const string Separator = "\n\n";

    /// <summary>The tokens, [T], the first candidate's word at their end.</summary>
    public required int[] Ids { get; init; }

    /// <summary>The last token of each candidate's word; they are compared at the position before the last token.</summary>
    public required int[] Candidates { get; init; }

    /// <summary>How many tokens at the end are the candidate's word.</summary>
    public required int CandidateLength { get; init; }

    /// <summary>1 on the tokens of the demonstrations' words, [T].</summary>
    public required double[] LabelMask { get; init; }

    /// <summary>Where each demonstration begins and ends, and last the test part.</summary>
    public required IReadOnlyList<(int Begin, int End)> Parts { get; init; }

    /// <summary>Whether the first token begins a text.</summary>
    public required bool HasBeginning { get; init; }

    /// <summary>Makes a prompt.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">The template.</param>
    /// <param name="demonstrations">The demonstrations; may be none.</param>
    /// <param name="test">The example that is asked for; null for the template without one.</param>
    /// <param name="longest">The most tokens; a longer prompt is cut on the left, behind its BOS.</param>
    /// <exception cref="RuleViolationException">Two candidates have the same last token, or a word is longer than the prompt may be.</exception>
    public static ClassificationPrompt Of(
        ITextTokenizer tokenizer, ClassificationTemplate template, IReadOnlyList<ClassificationExample> demonstrations, string? test, int longest)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(demonstrations);
        int Length(string text) => tokenizer.Encode(text).Count;
        var (prompt, parts, labels) = (string.Empty, new List<(int, int)>(), new List<(int Begin, int End)>());
        var beginning = tokenizer.Encode(string.Empty).Count;
        foreach (var demonstration in demonstrations)
        {
            var begin = prompt.Length == 0 ? beginning : Length(prompt);
            var bare = Length((prompt + template.Text(demonstration.Text)).TrimEnd(' '));
            prompt += template.Text(demonstration.Text, demonstration.Label).Trim();
            var end = Length(prompt);
            parts.Add((begin, end));
            labels.Add((bare, end));
            prompt += Separator;
        }

        var start = prompt.Length == 0 ? beginning : Length(prompt);
        var asked = test is null ? template.Neutral : template.Text(test);
        int[][] candidates = [.. template.Words.Select(word => tokenizer.Encode((prompt + asked + word).TrimStart().TrimEnd(' ')).ToArray())];
        int[] last = [.. candidates.Select(static ids => ids[^1])];
        if (last.Distinct().Count() < last.Length)
        {
            throw new RuleViolationException(
                "the words of labels must differ in their last token, which is what is compared",
                $"'{string.Join("', '", template.Words)}'",
                "use --template 1, whose words are symbols, or a tokenizer in which a word is one token");
        }

        var ids = candidates[0];
        var candidateLength = Math.Max(1, ids.Length - Length((prompt + asked).TrimStart().TrimEnd(' ')));
        var mask = new double[ids.Length];
        foreach (var (begin, end) in labels)
        {
            mask.AsSpan(begin..Math.Min(end, ids.Length)).Fill(1);
        }

        parts.Add((start, ids.Length));
        return new ClassificationPrompt { Ids = ids, Candidates = last, CandidateLength = candidateLength, LabelMask = mask, Parts = parts, HasBeginning = beginning > 0 }.Cut(longest);
    }

    /// <summary>The prompt as a sequence to train on and predict.</summary>
    /// <param name="labelsOnly">True: trained on the demonstrations' words. False: on everything but the candidate.</param>
    /// <param name="apart">Whether a part sees only itself and the BOS; what separates parts belongs to the one before.</param>
    /// <param name="hasPositions">Whether the model has a table of positions: in parts that are kept apart they start again behind the BOS, as published.</param>
    public TokenSequence ToSequence(bool labelsOnly, bool apart, bool hasPositions)
    {
        int[] begins = [.. Ids.Select((_, t) => Parts.Select(static part => part.Begin).LastOrDefault(begin => begin <= t, Beginning))];
        return new()
        {
            InputIds = Ids,
            TrainMask = [.. Ids.Select((_, t) => t < Ids.Length - CandidateLength ? 1.0 : 0.0)],
            GradientMask = labelsOnly ? LabelMask : null,
            IclMask = apart
                ? Matrix<double>.Build.Dense(Ids.Length, Ids.Length, (row, column) => column <= row && (column < Beginning || column >= begins[row]) ? 1 : 0)
                : null,
            PositionIds = apart && hasPositions ? [.. begins.Select((begin, t) => t < Beginning ? t : Beginning + t - begin)] : null,
        };
    }

    /// <summary>log p of each candidate's last token.</summary>
    /// <param name="logits">The logits of the prompt, [T × V].</param>
    public double[] Scores(Matrix<double> logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var row = logits.Row(Ids.Length - 2);
        var largest = row.Maximum();
        var sum = largest + Math.Log(row.Sum(value => Math.Exp(value - largest)));
        return [.. Candidates.Select(id => row[id] - sum)];
    }

    /// <summary>How many tokens begin a text.</summary>
    private int Beginning => HasBeginning ? 1 : 0;

    private ClassificationPrompt Cut(int longest)
    {
        var over = Ids.Length - longest;
        if (over <= 0)
        {
            return this;
        }

        var kept = Beginning;
        if (longest - kept <= CandidateLength)
        {
            throw new RuleViolationException("a prompt must have room for a candidate", $"{longest} tokens for a word of {CandidateLength}", "use a longer --window");
        }

        T[] Shorter<T>(T[] values) => [.. values[..kept], .. values[(over + kept)..]];
        return this with
        {
            Ids = Shorter(Ids),
            LabelMask = Shorter(LabelMask),
            Parts = [.. Parts.Select(part => (Begin: Math.Max(kept, part.Begin - over), End: part.End - over)).Where(static part => part.End > part.Begin)],
        };
    }
}
