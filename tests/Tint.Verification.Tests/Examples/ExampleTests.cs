using System.Text.RegularExpressions;
using Tint.Fixtures;
using Tint.Verification.Examples;

namespace Tint.Verification.Tests.Examples;

/// <summary>The walk-through's example in numbers is what the construction's modules compute.</summary>
public partial class ExampleTests
{
    private static readonly ExampleDocument Example = ExampleDocument.Compute();

    private static readonly string Text = Spaces().Replace(File.ReadAllText(Path.Combine(FixtureLocator.FindShipped(), "..", "reference", "README.md")), " ");

    public static TheoryData<string> Told => [.. ExampleText.PrefixRows(Example), .. ExampleText.ScoreRows(Example), .. ExampleText.Sentences(Example)];

    [Theory]
    [MemberData(nameof(Told))]
    public void The_walk_through_says_what_is_computed(string words) => Assert.Contains(words, Text, StringComparison.Ordinal);

    [Fact]
    public void What_is_computed_is_the_layer()
    {
        for (var row = 0; row < 6; row++)
        {
            var product = Enumerable.Range(0, 6).Sum(column => ((10 * row) + column) * Example.Input[column]);
            Assert.Equal((product, product + 100 + row), (Example.Product[row], Example.Signal[row]));
            Assert.Equal(Enumerable.Range(0, 6).Sum(other => ((10 * other) + row) * Example.OutputGradient[other]), Example.InputGradient[row]);
        }

        Assert.Equal(Example.Product, Example.Permutation.Select(coordinate => Example.Unpermuted[coordinate]));
        Assert.Equal(3, Example.Changes.Count);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
