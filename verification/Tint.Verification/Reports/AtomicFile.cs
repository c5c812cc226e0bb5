using System.Collections.Concurrent;
using Tint.Fixtures;

namespace Tint.Verification.Reports;

/// <summary>
/// A file that appears whole or not at all. Opening it proves that it can be written, before long work begins, and leaves nothing there; what is
/// written waits in memory, and <see cref="Commit"/> writes it beside its place under another name and moves it there. Only in between can the
/// end of the process leave something behind, unless it calls <see cref="DiscardAll"/>.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Unfinished = [];

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
                Probe(target);
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

        var written = Beside(_path);
        try
        {
            Unfinished[written] = true;
            using (var file = new FileStream(written, FileMode.CreateNew, FileAccess.Write))
            {
                Stream.CopyTo(file);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(_path.Full))
            {
                File.SetUnixFileMode(written, File.GetUnixFileMode(_path.Full));
            }

            File.Move(written, _path.Full, overwrite: true);
        }
        catch
        {
            File.Delete(written);
            throw;
        }
        finally
        {
            Unfinished.TryRemove(written, out _);
        }

        return true;
    });

    /// <summary>Removes what is half written, for a process that ends while <see cref="Commit"/> runs.</summary>
    public static void DiscardAll()
    {
        foreach (var written in Unfinished.Keys)
        {
            try
            {
                File.Delete(written);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The process ends; there is nobody left to tell.
            }
        }
    }

    /// <summary>Forgets what was written and not committed.</summary>
    public void Dispose() => Stream.Dispose();

    private static string Beside(OutputPath path) => $"{path.Full}.{Guid.NewGuid():N}.tmp";

    private static void Probe(OutputPath target)
    {
        if (File.Exists(target.Full))
        {
            using var existing = new FileStream(target.Full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        }

        var probe = Beside(target);
        using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write))
        {
            File.Delete(probe);
        }
    }

    private static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new FixtureException($"'{path}' must be a file that can be written", exception.Message, "name another file", exception);
        }
    }
}
