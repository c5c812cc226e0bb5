using Tint.Verification.Reports;

namespace Tint.Verification.Tests.Reports;

public class ToolCommandTests
{
    [Theory]
    [InlineData(null, "tint")]
    [InlineData("/home/me/.dotnet/tools/tint", "tint")]
    [InlineData("/usr/bin/dotnet", "dotnet bin/tint.dll")]
    [InlineData("/here/out/tint", "out/tint")]
    [InlineData("/here/tint", "./tint")]
    [InlineData("/else where/tint", "'/else where/tint'")]
    public void The_program_is_what_started_this_process(string? process, string program) =>
        Assert.Equal(program, ToolCommand.ProgramOf(process, "/here/bin/tint.dll", ["/usr/bin", "/home/me/.dotnet/tools"], "/here"));

    [Theory]
    [InlineData("plain-word_1.2/3", "plain-word_1.2/3")]
    [InlineData("", "''")]
    [InlineData("two words", "'two words'")]
    [InlineData("$HOME `ls` \"x\"", "'$HOME `ls` \"x\"'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("ü", "'ü'")]
    [InlineData("a\nb'c\\d", @"$'a\x0ab\'c\\d'")]
    [InlineData("\u202e", @"$'\xe2\x80\xae'")]
    public void A_word_is_quoted_where_a_shell_would_read_something_else(string word, string quoted) =>
        Assert.Equal(quoted, ToolCommand.Quoted(word));

    [Fact]
    public void A_pattern_matches_its_id_alone()
    {
        Assert.Equal(@"a\*b\?c\\d", ToolCommand.Pattern(@"a*b?c\d"));
        var odd = Support.Shipped.Case("LinearForward.a") with { Id = @"a*b?c\d" };
        var other = odd with { Id = @"axbyc\d" };
        Assert.Equal([odd], CaseFilter.Select([other, odd], ToolCommand.Pattern(odd.Id)));
    }
}
