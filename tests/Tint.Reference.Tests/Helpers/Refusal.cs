namespace Tint.Reference.Tests.Helpers;

/// <summary>What every refusal must be: the one exception type, in one line that names what is wrong.</summary>
internal static class Refusal
{
    public static RuleViolationException Of(Func<object?> function, params string[] fragments) =>
        Of(() => { _ = function(); }, fragments);

    public static RuleViolationException Of(Action action, params string[] fragments)
    {
        var exception = Assert.Throws<RuleViolationException>(action);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.DoesNotContain('\r', exception.Message);
        Assert.Equal($"{exception.Rule}; got {exception.Found}; {exception.Remedy}", exception.Message);
        Assert.NotEmpty(exception.Remedy);
        Assert.All(fragments, fragment => Assert.Contains(fragment, exception.Message, StringComparison.Ordinal));
        return exception;
    }
}
