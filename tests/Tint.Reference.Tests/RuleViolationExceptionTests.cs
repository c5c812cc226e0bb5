namespace Tint.Reference.Tests;

public sealed class RuleViolationExceptionTests
{
    [Fact]
    public void The_message_is_one_short_line_whatever_it_quotes()
    {
        var exception = new RuleViolationException("tensor a\nPASSED is needed", $"\u001b[31m{new string('x', 1000)}", "rename \u202eit");
        Assert.Equal("tensor a\\u000aPASSED is needed", exception.Rule);
        Assert.StartsWith("\\u001b[31mxxx", exception.Found, StringComparison.Ordinal);
        Assert.Equal("rename \\u202eit", exception.Remedy);
        Assert.Equal($"{exception.Rule}; got {exception.Found}; {exception.Remedy}", exception.Message);
        Assert.InRange(exception.Found.Length, 400, 402);
    }
}
