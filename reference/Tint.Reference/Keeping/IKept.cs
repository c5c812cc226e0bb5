namespace Tint.Reference.Keeping;

/// <summary>Something that waits in a <see cref="MatrixStore"/> until a pass needs it again.</summary>
/// <typeparam name="T">What it is.</typeparam>
public interface IKept<out T>
{
    /// <summary>Brings it back; it stays in the store.</summary>
    /// <exception cref="RuleViolationException">It was kept in a scratch file, which is closed or cannot be read.</exception>
    public T Load();

    /// <summary>Gives its room up; it cannot be loaded any more.</summary>
    public void Release();
}
