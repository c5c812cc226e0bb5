using Tint.Verification.Tests.Support;

namespace Tint.Cli.Tests;

public class ListCommandTests
{
    [Fact]
    public void Lists_every_shipped_case_on_a_line_of_its_own()
    {
        var result = Invocation.Of("list");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal($"{Shipped.Cases.Count} cases", result.OutputLines[^1]);
        Assert.All(Shipped.Cases, item => Assert.Single(
            result.OutputLines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() == item.Id));
    }

    [Fact]
    public void A_line_has_module_type_and_shapes()
    {
        var result = Invocation.Of("list", "--filter", "TinT.opt.wide");
        Assert.Equal("1 case", result.OutputLines[^1]);
        var line = Assert.Single(result.OutputLines, line => line.Contains("TinT.opt.wide", StringComparison.Ordinal));
        Assert.Equal(
            ["TinT.opt.wide", "TinT", "float64", "48/6/4", "→", "192/8/16"], line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..6]);
    }

    [Fact]
    public void Notes_are_shown()
    {
        using var copy = new FixtureCopy("LinearForward.a");
        copy.EditManifest(manifest => manifest["cases"]![0]!["notes"] = "catches a transposed weight");
        Assert.Contains("catches a transposed weight", Invocation.Of("list", "--fixtures", copy.Directory).Output, StringComparison.Ordinal);
    }
}
