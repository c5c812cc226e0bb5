using Tint.Mutation.Faults;

namespace Tint.Mutation.Tests;

/// <summary>The named faults keep pace with the sources: their passages are there, and so are the tests that see them.</summary>
public sealed class SourceMutantsTests
{
    private static readonly Repository Checkout = Repository.Find();

    public static TheoryData<string> Names => [.. SourceMutants.All.Select(mutant => mutant.Name)];

    [Fact]
    public void Names_are_distinct() => Assert.Equal(SourceMutants.All.Count, SourceMutants.All.Select(mutant => mutant.Name).Distinct().Count());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fault_has_its_passage_once_and_a_test_class_that_sees_it(string name)
    {
        var mutant = SourceMutants.All.Single(item => item.Name == name);
        var text = Checkout.Read(mutant.File);
        var faulty = mutant.Apply(text);
        Assert.NotEqual(text, faulty);
        Assert.Equal(text.Length - mutant.Original.Length + mutant.Replacement.Length, faulty.Length);
        var (project, type) = mutant.SeenBy!.Split(':') is [var first, var second] ? (first, second) : throw new InvalidOperationException(mutant.SeenBy);
        Assert.Single(Directory.EnumerateFiles(Checkout.PathOf($"tests/{project}"), $"{type.Split('.')[0]}.cs", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_passage_that_is_gone_or_there_twice_is_refused()
    {
        var mutant = new SourceMutant { Name = "name", File = "File.cs", Original = "a", Replacement = "b" };
        Assert.Equal("xbx", mutant.Apply("xax"));
        Assert.Contains("name: File.cs must hold its passage once", Assert.Throws<MutationException>(() => mutant.Apply("xx")).Message, StringComparison.Ordinal);
        Assert.Throws<MutationException>(() => mutant.Apply("aa"));
        Assert.Equal("ab", (mutant with { Start = 1 }).Apply("aa"));
    }
}
