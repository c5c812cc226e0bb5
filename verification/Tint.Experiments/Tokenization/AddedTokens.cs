namespace Tint.Experiments.Tokenization;

/// <summary>Finds added tokens in a text: the leftmost, and of those that begin there the longest.</summary>
internal sealed class AddedTokens
{
    private readonly ILookup<char, AddedToken> _byFirst;

    /// <summary>Prepares a search.</summary>
    public AddedTokens(IEnumerable<AddedToken> tokens) =>
        _byFirst = tokens.Where(static token => token.Content.Length > 0).OrderByDescending(static token => token.Content.Length).ToLookup(static token => token.Content[0]);

    /// <summary>The parts of a text in order: an added token, or text without one (then the token is null).</summary>
    public IEnumerable<(AddedToken? Token, string Text)> Split(string text)
    {
        var begin = 0;
        for (var place = 0; place < text.Length; place++)
        {
            var found = _byFirst[text[place]].FirstOrDefault(token => string.CompareOrdinal(text, place, token.Content, 0, token.Content.Length) == 0);
            if (found is null)
            {
                continue;
            }

            var (left, right) = (place, place + found.Content.Length);
            while (found.TakesLeft && left > begin && char.IsWhiteSpace(text[left - 1]))
            {
                left--;
            }

            while (found.TakesRight && right < text.Length && char.IsWhiteSpace(text[right]))
            {
                right++;
            }

            if (left > begin)
            {
                yield return (null, text[begin..left]);
            }

            yield return (found, found.Content);
            (begin, place) = (right, right - 1);
        }

        if (begin < text.Length)
        {
            yield return (null, text[begin..]);
        }
    }
}
