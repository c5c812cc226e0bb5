using Tint.Experiments.Text;
using Tint.Experiments.Tokenization;
using Tint.Reference;

namespace Tint.Experiments.Tests.Text;

public sealed class TokenWindowsTests
{
    private sealed class Numbered : ITextTokenizer
    {
        public string Name => "a BOS, then a token a character";

        public int VocabularySize => 300;

        public IReadOnlyList<int> Encode(string text) => [256, .. EncodePlain(text)];

        public IReadOnlyList<int> EncodePlain(string text) => [.. text.Select(static character => (int)character)];

        public string Decode(IEnumerable<int> ids) => string.Concat(ids.Select(static id => (char)id));
    }

    [Fact]
    public void Rows_have_their_special_tokens_empty_ones_are_dropped_and_windows_do_not_overlap()
    {
        var windows = TokenWindows.Of([new TextFile("a", "ab\n\n  \ncd"), new TextFile("b", "efg\n")], new Numbered(), 4, 300);
        Assert.Equal([[256, 'a', 'b', '\n'], [256, 'c', 'd', 256], ['e', 'f', 'g', '\n']], windows);
    }

    [Fact]
    public void Each_batch_of_a_thousand_rows_drops_what_is_left_of_it()
    {
        var windows = TokenWindows.Of([new TextFile("a", string.Concat(Enumerable.Repeat("x\n", 1001)))], new Numbered(), 7, 300);
        Assert.Equal(3000 / 7, windows.Count);
    }

    [Fact]
    public void Where_few_windows_are_wanted_the_first_are_cut_and_the_rest_is_not_tokenised()
    {
        var text = new TextFile("a", string.Concat(Enumerable.Repeat("x\n", 1000)) + "\uFFFF\n");
        Assert.Equal(TokenWindows.Of([text], new Numbered(), 7, 70000).Take(2), TokenWindows.Of([text], new Numbered(), 7, 300, most: 2));
    }

    [Theory]
    [InlineData(100, 300, "must hold a window")]
    [InlineData(2, 100, "must belong together")]
    public void Text_that_is_too_short_or_of_another_vocabulary_is_refused(int length, int vocabulary, string words) => Assert.Contains(
        words, Assert.Throws<RuleViolationException>(() => TokenWindows.Of([new TextFile("a", "abc")], new Numbered(), length, vocabulary)).Message, StringComparison.Ordinal);
}
