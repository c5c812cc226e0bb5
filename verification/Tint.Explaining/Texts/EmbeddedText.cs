using System.Reflection;

namespace Tint.Explaining.Texts;

/// <summary>The documents and sources that the program was built beside, by their paths in the repository.</summary>
internal static class EmbeddedText
{
    private static readonly Assembly Library = typeof(EmbeddedText).Assembly;

    /// <summary>The paths.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. Library.GetManifestResourceNames().Select(Path)];

    /// <summary>A text.</summary>
    public static string Read(string path)
    {
        var name = Library.GetManifestResourceNames().Single(name => Path(name) == path);
        using var reader = new StreamReader(Library.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Path(string resource) => resource.Replace('\\', '/');
}
