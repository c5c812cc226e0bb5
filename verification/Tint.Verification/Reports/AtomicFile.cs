using Tint.Fixtures;

namespace Tint.Verification.Reports;

/// <summary>
/// A file that appears whole or not at all: written beside its place under another name and moved there at the end. Opening it proves that it
/// can be written, before long work begins.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private const string Devices = "/dev/";

    private readonly string _target;
    private readonly string _written;
    private bool _committed;

    private AtomicFile(string target, string written, FileMode mode)
    {
        _target = target;
        _written = written;
        Stream = new FileStream(written, mode, FileAccess.Write);
    }

    /// <summary>Where to write.</summary>
    public Stream Stream { get; }

    private bool IsDirect => _target == _written;

    /// <summary>Opens a file for writing; what is there stays until <see cref="Commit"/>. Devices, such as /dev/null, are written directly.</summary>
    /// <exception cref="FixtureException">The path is a directory, its folder does not exist, or writing there is not allowed.</exception>
    public static AtomicFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            var full = Path.GetFullPath(path);
            if (full.StartsWith(Devices, StringComparison.Ordinal))
            {
                return new AtomicFile(full, full, FileMode.Open);
            }

            var target = new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
            if (Directory.Exists(target) || !Directory.Exists(Path.GetDirectoryName(target)))
            {
                throw new IOException(Directory.Exists(target) ? "a directory" : "no such folder");
            }

            return new AtomicFile(target, $"{target}.{Guid.NewGuid():N}.tmp", FileMode.CreateNew);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FixtureException($"'{path}' must be a file that can be written", exception.Message, "name another file", exception);
        }
    }

    /// <summary>Puts the written file in its place.</summary>
    public void Commit()
    {
        Stream.Dispose();
        if (!IsDirect)
        {
            File.Move(_written, _target, overwrite: true);
        }

        _committed = true;
    }

    /// <summary>Closes the file and, unless <see cref="Commit"/> put it in its place, removes what was written.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed && !IsDirect)
        {
            File.Delete(_written);
        }
    }
}
