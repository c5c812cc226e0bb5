namespace Tint.Reference.Keeping;

/// <summary>
/// Something kept, by what brings it back and what gives its room up. Neither may capture what was kept unless holding it is the way to keep it:
/// the lambdas of one method share what they capture, so each is made where nothing else is in scope.
/// </summary>
internal sealed class Kept<T>(Func<T> load, Action release) : IKept<T>
{
    /// <summary>Null once its room is given up, so that whatever load holds goes with it.</summary>
    private volatile Func<T>? _load = load;

    /// <inheritdoc/>
    public T Load()
    {
        var load = _load ?? throw Released("loaded");
        try
        {
            var item = load();

            // Room that was given up while it was read may hold something else by now.
            return _load is null ? throw Released("loaded") : item;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or RuleViolationException && _load is null)
        {
            throw Released("loaded");
        }
    }

    /// <inheritdoc/>
    public void Release()
    {
        _ = Interlocked.Exchange(ref _load, null) ?? throw Released("released again");
        release();
    }

    private static RuleViolationException Released(string attempt) => new(
        "what is kept can be loaded until it is released, and released once", $"{attempt} after its release", "release it after its last use");
}
