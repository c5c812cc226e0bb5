namespace Tint.Fixtures.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("model.h.0", "model.h.0")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("é 词 😀 \\ ' \" <b> [red]", "é 词 😀 \\ ' \" <b> [red]")]
    [InlineData("a\nPASSED everything", "a\\u000aPASSED everything")]
    [InlineData("a\r\tb\0c\u007fd\u0085e", "a\\u000d\\u0009b\\u0000c\\u007fd\\u0085e")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("a\u202eb\u2066c\u200fd", "a\\u202eb\\u2066c\\u200fd")]
    [InlineData("a\u200bb\ufeffc\u00add", "a\\u200bb\\ufeffc\\u00add")]
    [InlineData("a\u2028b\u2029c", "a\\u2028b\\u2029c")]
    [InlineData("a\U000e0041b", "a\\U000e0041b")]
    public void Text_keeps_what_is_visible_and_escapes_what_would_act(string? text, string printed)
    {
        Assert.Equal(printed, Printable.Text(text));
        Assert.Equal(printed, Printable.Name(text));
    }

    [Theory]
    [InlineData(new[] { 'a', '\ud83d' }, "a\\ud83d")]
    [InlineData(new[] { '\ude00', 'a' }, "\\ude00a")]
    [InlineData(new[] { '\ude00', '\ud83d' }, "\\ude00\\ud83d")]
    public void A_half_of_a_surrogate_pair_is_escaped(char[] text, string printed) => Assert.Equal(printed, Printable.Text(new string(text)));

    [Fact]
    public void A_long_text_keeps_its_beginning()
    {
        var text = new string('x', Printable.LongestText);
        Assert.Equal(text, Printable.Text(text));
        Assert.Equal($"{text}…", Printable.Text($"{text}y"));
        Assert.Equal("ab…", Printable.Text("abc", 2));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\n")]
    [InlineData("😀")]
    [InlineData("a😀")]
    public void A_long_name_keeps_both_ends(string filling)
    {
        var name = Printable.Name($"first.{string.Concat(Enumerable.Repeat(filling, 100_000))}.last");
        Assert.InRange(name.Length, Printable.LongestName - 4, Printable.LongestName + 1);
        Assert.StartsWith("first.", name, StringComparison.Ordinal);
        Assert.EndsWith(".last", name, StringComparison.Ordinal);
        Assert.Equal(name, Printable.Text(name));
    }
}
