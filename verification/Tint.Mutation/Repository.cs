namespace Tint.Mutation;

/// <summary>The checkout that mutants are made of.</summary>
/// <param name="Root">The folder of the solution.</param>
public sealed record Repository(string Root)
{
    private const string Marker = "Tint.Reference.sln";

    /// <summary>What was built: the folder under bin and obj, as in "Release/net10.0", which is that of this program.</summary>
    public static string Build { get; } = Path.Combine([.. Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar).TakeLast(2)]);

    /// <summary>The checkout above the current folder or, failing that, above the program's own.</summary>
    /// <exception cref="MutationException">Neither lies in a checkout.</exception>
    public static Repository Find()
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            {
                if (File.Exists(Path.Combine(directory.FullName, Marker)))
                {
                    return new Repository(directory.FullName);
                }
            }
        }

        throw new MutationException($"no {Marker} above the current folder; run within a checkout of the repository");
    }

    /// <summary>The text of a file.</summary>
    public string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>A path in the checkout.</summary>
    public string PathOf(string relative) => Path.Combine(Root, relative);
}
