namespace Tint.Reference.Keeping;

/// <summary>Something kept, by what brings it back and what gives its room up.</summary>
internal sealed class Kept<T>(Func<T> load, Action release) : IKept<T>
{
    /// <inheritdoc/>
    public T Load() => load();

    /// <inheritdoc/>
    public void Release() => release();
}
