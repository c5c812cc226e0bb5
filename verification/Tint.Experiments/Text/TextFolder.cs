using System.Text;
using Tint.Fixtures;
using Tint.Fixtures.Files;

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

        string[] files = File.Exists(path) ? [path] : Files(path);
        TextFile[] texts = [.. files.Select(file => new TextFile(file, Text(file)))];
        return texts.Any(text => text.Text.Length > 0)
            ? texts
            : throw new FixtureException("a folder of text must hold .txt files with text in them", $"none in '{Printable.Name(path)}'", "name a file, or add one");
    }

    /// <summary>The text files of a folder in the order of their names; what has no length, a pipe or an empty file, has no text.</summary>
    private static string[] Files(string folder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder, "*.txt", SearchOption.AllDirectories).Where(static file => RegularFile.Length(file) > 0).Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception exception) when (RegularFile.IsFault(exception))
        {
            throw new FixtureException("a folder of text must be readable", RegularFile.Reason(exception), "check its links and permissions", exception);
        }
    }

    private static string Text(string path)
    {
        var name = Printable.Name(Path.GetFileName(path));
        try
        {
            // A pipe has no length: what is named may be one, as <(head wiki.txt) is.
            using var stream = File.OpenRead(path);
            using var bytes = new MemoryStream();
            var piece = new byte[1 << 20];
            while (stream.Read(piece) is var count and > 0)
            {
                if (Math.Max(stream.CanSeek ? stream.Length : 0, bytes.Length + count) > LongestFile)
                {
                    throw new FixtureException($"{name}: a text must be at most {LongestFile} bytes long", "a longer one", "split it");
                }

                bytes.Write(piece, 0, count);
            }

            return Strict.GetString(RegularFile.WithoutMark(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)).Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FixtureException($"{name}: a text must be UTF-8", exception.Message, "convert it", exception);
        }
        catch (Exception exception) when (RegularFile.IsFault(exception))
        {
            throw new FixtureException($"{name}: a text must be readable", RegularFile.Reason(exception), "check the path", exception);
        }
    }
}
