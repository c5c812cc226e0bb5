namespace Tint.Reference.Tests.Helpers;

/// <summary>The repository that the tests were built in, for those that read its sources and pages.</summary>
internal static class Repository
{
    /// <summary>Its directory.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where the library is.</summary>
    public static string Library { get; } = Path.Combine(Root, "reference", "Tint.Reference");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Tint.Reference.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("Tint.Reference.sln lies in no folder above the tests");
    }
}
