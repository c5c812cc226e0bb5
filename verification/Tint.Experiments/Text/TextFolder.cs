using System.Text;
using Tint.Fixtures;

namespace Tint.Experiments.Text;

/// <summary>Text of a user's own: one file, or every <c>.txt</c> file of a folder and the folders in it.</summary>
public static class TextFolder
{
    private const long LongestFile = 1L << 30;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the files in the order of their names, each with its own text unchanged, line ends included.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <exception cref="FixtureException">There is no text there, or a file cannot be read or is not UTF-8.</exception>
    public static IReadOnlyList<TextFile> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new FixtureException("text must be a file or a folder of .txt files", $"no '{Printable.Name(path)}'", "check the path");
        }

        string[] files = File.Exists(path) ? [path] : [.. Directory.EnumerateFiles(path, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        TextFile[] texts = [.. files.Select(file => new TextFile(file, Text(file)))];
        return texts.Any(text => text.Text.Length > 0)
            ? texts
            : throw new FixtureException("a folder of text must hold .txt files with text in them", $"none in '{Printable.Name(path)}'", "name a file, or add one");
    }

    private static string Text(string path)
    {
        var name = Printable.Name(Path.GetFileName(path));
        try
        {
            if (new FileInfo(path).Length > LongestFile)
            {
                throw new FixtureException($"{name}: a text must be at most {LongestFile} bytes long", "a longer one", "split it");
            }

            var bytes = File.ReadAllBytes(path);
            return Strict.GetString(bytes.AsSpan(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0));
        }
        catch (DecoderFallbackException exception)
        {
            throw new FixtureException($"{name}: a text must be UTF-8", exception.Message, "convert it", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FixtureException($"{name}: a text must be readable", exception.Message, "check the path", exception);
        }
    }
}
