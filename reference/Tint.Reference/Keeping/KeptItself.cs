namespace Tint.Reference.Keeping;

/// <summary>Keeps something by holding it, until it is released.</summary>
internal static class KeptItself
{
    /// <summary>Keeps <paramref name="item"/>.</summary>
    public static IKept<T> Of<T>(T item) => new Kept<T>(() => item, static () => { });
}
