namespace Tint.Reference.Keeping;

/// <summary>Something that waits in a <see cref="MatrixStore"/> until a pass needs it again. Calls may come from several threads.</summary>
/// <typeparam name="T">What it is.</typeparam>
public interface IKept<out T>
{
    /// <summary>Brings it back; it stays in the store.</summary>
    /// <exception cref="RuleViolationException">
    /// Its room was given up, or it was kept in a scratch file that is closed, cannot be read, or holds other bytes than were written.
    /// </exception>
    public T Load();

    /// <summary>Gives its room up; it cannot be loaded any more.</summary>
    /// <exception cref="RuleViolationException">Its room was given up before.</exception>
    public void Release();
}
