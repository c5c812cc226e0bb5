namespace Tint.Reference.Keeping;

/// <summary>
/// Something kept, by what brings it back and what gives its room up. Neither may capture what was kept: the lambdas of one method share what
/// they capture, so each is made where nothing else is in scope.
/// </summary>
internal sealed class Kept<T>(Func<T> load, Action release) : IKept<T>
{
    /// <inheritdoc/>
    public T Load() => load();

    /// <inheritdoc/>
    public void Release() => release();
}
