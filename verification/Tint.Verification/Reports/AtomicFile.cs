using Tint.Fixtures;
using Tint.Fixtures.Files;

namespace Tint.Verification.Reports;

/// <summary>
/// A file that appears whole or not at all. Opening it proves that it can be written, before long work begins, and leaves nothing there; what is
/// written waits in memory, and <see cref="Commit"/> writes it beside its place under another name and moves it there. Only in between can the
/// end of the process leave something behind, unless it calls <see cref="DiscardAll"/>.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _name;
    private readonly OutputPath _path;

    private AtomicFile(string name, OutputPath path)
    {
        (_name, _path) = (name, path);
        Stream = new MemoryStream();
    }

    /// <summary>Where to write.</summary>
    public Stream Stream { get; }

    /// <summary>
    /// Opens a file for writing; what is there stays until <see cref="Commit"/>. Symbolic links stay, what they point to is replaced. Devices and
    /// pipes, such as /dev/null, are written directly.
    /// </summary>
    /// <exception cref="FixtureException">The path is a directory, its folder does not exist, or writing there is not allowed.</exception>
    public static AtomicFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Guarded(path, () =>
        {
            var target = OutputPath.Of(path);
            if (target.Kind == OutputKind.Directory || (target.Kind == OutputKind.File && !Directory.Exists(target.Folder)))
            {
                throw new IOException(target.Kind == OutputKind.Directory ? "a directory" : "no such folder");
            }

            if (target.Kind == OutputKind.File)
            {
                ReplacedFile.Prove(target.Full);
            }

            return new AtomicFile(path, target);
        });
    }

    /// <summary>Puts the written file in its place; one that it replaces passes on its permissions.</summary>
    /// <exception cref="FixtureException">There is no room, or writing is no longer allowed; what was there stays.</exception>
    public void Commit() => Guarded(_name, () =>
    {
        Stream.Position = 0;
        if (_path.Kind == OutputKind.Direct)
        {
            using var device = new FileStream(_path.Full, FileMode.Open, FileAccess.Write);
            Stream.CopyTo(device);
            return true;
        }

        ReplacedFile.Write(_path.Full, Stream.CopyTo);
        return true;
    });

    /// <summary>Removes what is half written, for a process that ends while <see cref="Commit"/> runs.</summary>
    public static void DiscardAll() => ReplacedFile.DiscardAll();

    /// <summary>Forgets what was written and not committed.</summary>
    public void Dispose() => Stream.Dispose();

    private static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new FixtureException($"'{path}' must be a file that can be written", exception is FileNotFoundException ? "a folder that takes no new file" : exception.Message, "name another file", exception);
        }
    }
}
