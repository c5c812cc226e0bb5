using Tint.Experiments.Tokenization;

namespace Tint.Experiments.Tests.Tokenization;

public sealed class CompositionTests
{
    /// <summary>Examples of Unicode Standard Annex 15 and its test file.</summary>
    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")]
    [InlineData("s\u0323\u0307", "\u1E69")]
    [InlineData("s\u0307\u0323", "\u1E69")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")]
    [InlineData("\u0915\u093C", "\u0915\u093C")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u2126 \u00B2", "\u03A9 \u00B2")]
    [InlineData("👍🏽❤\uFE0F", "👍🏽❤\uFE0F")]
    [InlineData("\U0002F800", "\u4E3D")]
    public void Text_is_composed_canonically(string text, string composed)
    {
        Assert.Equal(composed, Composition.Of(text));
        Assert.Equal(composed, Composition.Of(composed));
    }
}
