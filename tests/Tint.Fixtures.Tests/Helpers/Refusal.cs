namespace Tint.Fixtures.Tests.Helpers;

/// <summary>What every refusal must be: the one exception type, in one line that names what is wrong.</summary>
internal static class Refusal
{
    public static FixtureException Of(Func<object?> function, params string[] fragments) =>
        Of(() => { _ = function(); }, fragments);

    public static FixtureException Of(Action action, params string[] fragments)
    {
        var exception = Assert.Throws<FixtureException>(action);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.DoesNotContain('\r', exception.Message);
        Assert.All(fragments, fragment => Assert.Contains(fragment, exception.Message, StringComparison.Ordinal));
        return exception;
    }
}
