using System.Globalization;
using System.Reflection;
using System.Text;
using Tint.Fixtures;

namespace Tint.Verification.Reports;

/// <summary>
/// Command lines that can be pasted into a shell: they begin with what started this process, so that they run the same build at once and from
/// the same folder.
/// </summary>
internal static class ToolCommand
{
    private const string Tool = "tint";

    /// <summary>
    /// What starts this process's tint: <c>tint</c> where that is on the path, otherwise the program's file, or <c>dotnet</c> with it. In a process
    /// that is not the tool, such as a test that uses the library, <c>tint</c>.
    /// </summary>
    public static string Program { get; } = ProgramOf(
        Assembly.GetEntryAssembly()?.GetName().Name == Tool ? Environment.ProcessPath : null,
        Path.Combine(AppContext.BaseDirectory, $"{Tool}.dll"),
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator),
        Environment.CurrentDirectory);

    /// <summary>A command line of the tool, its words quoted.</summary>
    /// <param name="arguments">The words after <c>tint</c>.</param>
    public static string Line(params IEnumerable<string> arguments) => string.Join(' ', [Program, .. arguments.Select(Quoted)]);

    /// <summary>A pattern that matches an id and nothing else: <c>*</c>, <c>?</c> and <c>\</c> stand for themselves.</summary>
    public static string Pattern(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return string.Concat(id.Select(letter => letter is '*' or '?' or '\\' ? $@"\{letter}" : $"{letter}"));
    }

    /// <summary>
    /// A word as a POSIX shell reads it. Characters that would not stay on the line or that nobody sees are written <c>$'\n'</c>, which bash, zsh
    /// and POSIX.1-2024 read.
    /// </summary>
    public static string Quoted(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:,=@%+".Contains(letter, StringComparison.Ordinal)) ? word
            : Printable.Text(word, int.MaxValue) == word ? $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"
            : $"$'{string.Concat(word.EnumerateRunes().Select(Escaped))}'";
    }

    internal static string ProgramOf(string? process, string assembly, IReadOnlyList<string> path, string folder) => process switch
    {
        null => Tool,
        _ when Path.GetFileNameWithoutExtension(process) != Tool => $"dotnet {Quoted(Near(assembly, folder))}",
        _ when path.Contains(Path.GetDirectoryName(process)) => Tool,
        _ => Quoted(Near(process, folder)),
    };

    /// <summary>A file's path, short where it lies below the current folder.</summary>
    private static string Near(string file, string folder)
    {
        var relative = Path.GetRelativePath(folder, file);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? file
            : relative.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? relative
            : Path.Combine(".", relative);
    }

    private static string Escaped(Rune rune)
    {
        var text = rune.ToString();
        if (rune.Value is '\'' or '\\')
        {
            return $@"\{text}";
        }

        return Printable.Text(text, int.MaxValue) == text
            ? text
            : string.Concat(Encoding.UTF8.GetBytes(text).Select(octet => string.Create(CultureInfo.InvariantCulture, $@"\x{octet:x2}")));
    }
}
