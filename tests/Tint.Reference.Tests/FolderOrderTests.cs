using System.Text.RegularExpressions;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests;

/// <summary>
/// The folders of the library have an order: that of the table in reference/README.md, in which each stands below all that it uses. So a reader who goes from top to
/// bottom meets nothing before it is explained, and no two folders use each other.
/// </summary>
public sealed partial class FolderOrderTests
{
    private static readonly string Library = Repository.Library;
    private static readonly string[] Order = [.. Row().Matches(File.ReadAllText(Path.Combine(Library, "..", "README.md"))).Select(match => match.Groups[1].Value)];

    public static TheoryData<string> Folders => [.. Order];

    [Fact]
    public void The_table_has_every_folder_once() => Assert.Equal(
        Directory.GetDirectories(Library).Where(folder => Directory.EnumerateFiles(folder, "*.cs").Any()).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).Order(),
        Order.Order());

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_what_stands_above_it(string folder)
    {
        var above = Order[..(Array.IndexOf(Order, folder) + 1)];
        var sources = Directory.GetFiles(Path.Combine(Library, folder), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(sources);
        string[] back =
        [
            .. sources.SelectMany(file => Used(File.ReadAllText(file)).Where(used => !above.Contains(used)).Select(used => $"{Path.GetRelativePath(Library, file)} uses {used}")).Distinct(),
        ];
        Assert.True(back.Length == 0, string.Join(Environment.NewLine, back));
    }

    [Fact]
    public void A_file_s_namespace_is_its_folder_s()
    {
        foreach (var folder in Order)
        {
            Assert.All(
                Directory.GetFiles(Path.Combine(Library, folder), "*.cs", SearchOption.AllDirectories),
                file => Assert.Contains($"namespace Tint.Reference.{folder}", File.ReadAllText(file), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("using Tint.Reference.Model;\n", "Model")]
    [InlineData("using static Tint.Reference.Model.BlockPass;\n", "Model")]
    [InlineData("using Tint.Reference.Modules.Linear;\n", "Modules")]
    [InlineData("    private Model.BlockPass _block;\n", "Model")]
    [InlineData("    Tint.Reference.Model.BlockPass Make() => new();\n", "Model")]
    [InlineData("namespace Tint.Reference.Model;\n", null)]
    [InlineData("    /// <summary>As <see cref=\"Model.BlockPass\"/>.</summary>\n", null)]
    [InlineData("    var x = Model.Size;\n", null)]
    [InlineData("    var text = \"Model.BlockPass\";\n", null)]
    public void What_a_source_uses_is_found(string source, string? folder) => Assert.Equal(folder is null ? [] : [folder], Used(source));

    /// <summary>The folders whose types a source names, by a using or by a qualified name.</summary>
    private static string[] Used(string source)
    {
        var code = Text().Replace(Comment().Replace(source, string.Empty), "\"\"");
        return [.. Order.Where(folder => Regex.IsMatch(code, $@"(?<!namespace )\bTint\.Reference\.{folder}\b") || Qualified(code, folder))];
    }

    /// <summary>Whether a type of a folder is named with the folder in front; a property may have a folder's name.</summary>
    private static bool Qualified(string code, string folder) => Regex.Matches(code, $@"(?<![.\w]){folder}\.(\w+)").Any(
        match => Directory.EnumerateFiles(Path.Combine(Library, folder), $"{match.Groups[1].Value}.cs", SearchOption.AllDirectories).Any()
            || Directory.Exists(Path.Combine(Library, folder, match.Groups[1].Value)));

    [GeneratedRegex(@"^\| \[(\w+)\]\(Tint\.Reference/\1\) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("\"(\\\\.|[^\"\\\\\n])*\"")]
    private static partial Regex Text();
}
