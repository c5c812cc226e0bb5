namespace Tint.Reference.Keeping;

/// <summary>Something that is kept by holding it.</summary>
internal sealed class KeptItself<T>(T item) : IKept<T>
{
    /// <inheritdoc/>
    public T Load() => item;

    /// <summary>Does nothing: whoever lets go of this lets go of it.</summary>
    public void Release()
    {
    }
}
