using System.Text.RegularExpressions;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests;

/// <summary>
/// Closed forms, exact models and losses are algebra. Loops over entries, threads and uninitialised arrays are in LinearAlgebra, under the name of what they compute; what is left
/// to loop over is what a formula numbers.
/// </summary>
public sealed partial class FormulaLoopTests
{
    public static TheoryData<string> Folders => ["Exact", "Losses", "Simulation"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Formulas_loop_over_what_they_number_and_not_over_entries(string folder)
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Library, folder), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(sources);
        Assert.Empty(sources.SelectMany(file => Loops(File.ReadAllText(file)).Select(line => $"{Path.GetFileName(file)}: {line}")));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Formulas_start_no_threads_and_have_no_uninitialised_arrays(string folder)
    {
        // Products write into both: a head's into its columns of one result, a step's logits over those of the step before.
        string[] buffers = ["HeadAttention.cs", "SimulatedRun.cs"];
        var sources = Directory.GetFiles(Path.Combine(Repository.Library, folder), "*.cs", SearchOption.AllDirectories);
        Assert.Empty(sources.Where(file => !buffers.Contains(Path.GetFileName(file)) && Machinery().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("for (var i = 0; i < row.Length; i++)", true)]
    [InlineData("for (var t = 0; t < tokens; t++)", true)]
    [InlineData("for (var column = 0; column < x.ColumnCount; column++)", true)]
    [InlineData("foreach (ref var score in scores)", true)]
    [InlineData("while (i < entries.Length)", true)]
    [InlineData("foreach (var layer in weights.Layers)", false)]
    [InlineData("for (var head = 0; head < HeadCount; head++)", false)]
    [InlineData("foreach (var positions in trained.Chunk(256))", false)]
    public void A_loop_over_entries_is_found(string line, bool isFound) => Assert.Equal(isFound ? [line] : [], Loops($"    {line}\n    {{\n    }}\n"));

    [Theory]
    [InlineData("Parallelism.ForRanges(rows, columns, body);")]
    [InlineData("Parallel.For(0, rows, body);")]
    [InlineData("var sums = LargeObjects.Uninitialized(rows);")]
    [InlineData("var sums = GC.AllocateUninitializedArray<double>(rows);")]
    [InlineData("Span<double> sums = stackalloc double[rows];")]
    public void Threads_and_uninitialised_arrays_are_found(string line) => Assert.Matches(Machinery(), line);

    /// <summary>The loops of a source whose header names nothing that a formula numbers.</summary>
    private static IEnumerable<string> Loops(string source) =>
        Loop().Matches(source).Select(match => match.Value).Where(header => !Numbered().IsMatch(header));

    [GeneratedRegex(@"\b(for|foreach|while) \(.*\)", RegexOptions.None)]
    private static partial Regex Loop();

    [GeneratedRegex("Parallel|[Uu]ninitialized|stackalloc")]
    private static partial Regex Machinery();

    /// <summary>Layers, heads, steps, sequences; blocks of parameters, of positions and of a weight's columns; the ranges, directions, steps and spacings of a check of gradients.</summary>
    [GeneratedRegex("[Ll]ayers|(?<!a)head|Steps|sequences|Blocks|Leaves|Chunk|shard|ranges|directions|halving|spacing")]
    private static partial Regex Numbered();
}
