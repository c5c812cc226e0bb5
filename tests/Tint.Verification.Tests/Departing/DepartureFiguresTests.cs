using System.Text.RegularExpressions;
using Tint.Fixtures;
using Tint.Verification.Departing;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Departing;

/// <summary>The figures that the walk-through quotes for V1 … V9 are those that are measured.</summary>
public partial class DepartureFiguresTests
{
    private static readonly IReadOnlyList<DepartureSize> Sizes = DepartureSizes.Measure(Shipped.Cases);

    public static TheoryData<int> Measured => [.. Sizes.Index().Where(size => size.Item.Largest is not null).Select(size => size.Index)];

    [Theory]
    [MemberData(nameof(Measured))]
    public void The_walk_through_quotes_what_is_measured(int index)
    {
        var size = Sizes[index];
        var text = File.ReadAllText(Path.Combine(FixtureLocator.FindShipped(), "..", "reference", "README.md"));
        var section = text[text.IndexOf($"\n### {size.Label} ", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n#", 1, StringComparison.Ordinal)];
        Assert.Contains(DepartureText.Range(size)!, Spaces().Replace(section, " "), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_departure_but_that_without_a_number_is_measured_on_every_model_that_takes_a_step() =>
        Assert.Equal(["V1", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V9"], Sizes.Where(size => size.Models > 0).Select(size => size.Label));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
