using Tint.Properties.Implementations;
using Tint.Properties.Tests.Support;
using Tint.Reference;

namespace Tint.Properties.Tests.Implementations;

public sealed class ImplementationNamesTests
{
    [Fact]
    public void Our_own_are_known_by_their_names() =>
        Assert.All(ImplementationNames.BuiltIn, tint => Assert.Same(tint, ImplementationNames.Find(ImplementationNames.Of(tint)!)));

    [Fact]
    public void A_foreign_one_is_found_in_its_assembly()
    {
        var name = ImplementationNames.Of(new FaultyTint())!;
        Assert.EndsWith(".dll:Tint.Properties.Tests.Support.FaultyTint", name, StringComparison.Ordinal);
        Assert.Equal("faulty", ImplementationNames.Find(name).Name);
    }

    [Fact]
    public void One_that_cannot_be_made_from_nothing_has_no_name() =>
        Assert.Null(ImplementationNames.Of(new Wrapped(new SimulationTint())));

    [Theory]
    [InlineData("neither", "must be known")]
    [InlineData("/no/such/Mine.dll", "must be a .NET assembly")]
    [InlineData("SELF:No.Such.Class", "none named 'No.Such.Class'")]
    [InlineData("SELF", "none in")]
    [InlineData("README", "must be a .NET assembly")]
    public void What_is_none_is_refused_in_a_line(string name, string words)
    {
        var self = typeof(ImplementationNamesTests).Assembly.Location;
        var text = Path.ChangeExtension(Path.GetTempFileName(), ".dll");
        File.WriteAllText(text, "no assembly");
        name = name.Replace("SELF", self, StringComparison.Ordinal).Replace("README", text, StringComparison.Ordinal);
        Assert.Contains(words, Assert.Throws<RuleViolationException>(() => ImplementationNames.Find(name)).Message, StringComparison.Ordinal);
        File.Delete(text);
    }

    private sealed class Wrapped(ITintModules modules) : ModularTint(modules);
}
