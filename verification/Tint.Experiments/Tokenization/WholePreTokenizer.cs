using Microsoft.ML.Tokenizers;

namespace Tint.Experiments.Tokenization;

/// <summary>Leaves a piece whole: it was cut before. (The library's own default drops white space.)</summary>
internal sealed class WholePreTokenizer : PreTokenizer
{
    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => [(0, text.Length)];

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => [(0, text.Length)];
}
