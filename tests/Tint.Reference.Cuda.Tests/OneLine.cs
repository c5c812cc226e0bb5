namespace Tint.Reference.Cuda.Tests;

/// <summary>Complaints as users see them.</summary>
internal static class OneLine
{
    /// <summary>The complaint of an action, which is one line with all three parts.</summary>
    public static string Of(Action action)
    {
        var exception = Assert.Throws<RuleViolationException>(action);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All([exception.Rule, exception.Found, exception.Remedy], part => Assert.False(string.IsNullOrWhiteSpace(part)));
        return exception.Message;
    }
}
