namespace Tint.Verification.Reports;

/// <summary>A place to write to, by the one name that all spellings of it share.</summary>
/// <param name="Full">The absolute path, without a symbolic link on the way.</param>
/// <param name="Kind">What lies there.</param>
internal sealed record OutputPath(string Full, OutputKind Kind)
{
    /// <summary>As many as a kernel follows, so that links in a circle end.</summary>
    private const int MostLinks = 40;

    /// <summary>Where nothing is kept.</summary>
    private const string Nowhere = "/dev/null";

    /// <summary>The folder that the file lies in.</summary>
    public string? Folder => Path.GetDirectoryName(Full);

    /// <summary>Whether another output there would overwrite this one.</summary>
    public bool Holds => Full != Nowhere;

    /// <summary>Follows a path.</summary>
    /// <exception cref="IOException">Symbolic links lead in a circle.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static OutputPath Of(string path)
    {
        var full = Path.GetFullPath(path);
        var kind = KindOf(full);

        // The links of /dev/stdout and /dev/fd lead to pipes and terminals without a path of their own.
        return kind == OutputKind.Direct ? new OutputPath(full, kind) : new OutputPath(Follow(full), kind);
    }

    private static string Follow(string full)
    {
        var (links, rest) = (0, new Stack<string>(Parts(full).Reverse()));
        var path = Path.GetPathRoot(full)!;
        while (rest.TryPop(out var part))
        {
            var next = Path.GetFullPath(Path.Combine(path, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                path = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException("symbolic links that lead in a circle");
            }

            var pointed = Path.Combine(path, target);
            path = Path.GetPathRoot(pointed)!;
            foreach (var step in Parts(pointed).Reverse())
            {
                rest.Push(step);
            }
        }

        return path;
    }

    private static string[] Parts(string full) =>
        full[Path.GetPathRoot(full)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);

    private static OutputKind KindOf(string full)
    {
        if (Directory.Exists(full))
        {
            return OutputKind.Directory;
        }

        return File.Exists(full) && !FileType.IsRegular(full) ? OutputKind.Direct : OutputKind.File;
    }
}
