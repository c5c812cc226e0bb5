using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.Win32.SafeHandles;
using Tint.Reference.LinearAlgebra;

namespace Tint.Reference.Keeping;

/// <summary>
/// Keeps matrices in a temporary file, each with a checksum (CRC-32C) of the bytes that were written, which the bytes that come back must have.
/// Room that is given up is used again for a matrix of the same size. Nothing is left behind: the file has no name once it is open or, on
/// Windows, goes away with the handle.
/// </summary>
public sealed class ScratchStore : MatrixStore, IDisposable
{
    /// <summary>Numbers that are read, written or rounded at a time.</summary>
    private const int Piece = 1 << 18;

    private readonly SafeFileHandle _handle;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Stack<long>> _free = [];
    private long _end;

    /// <summary>Opens the file.</summary>
    /// <param name="format">How numbers are written down.</param>
    /// <param name="directory">Where to put the file; null for the system's folder of temporary files.</param>
    /// <exception cref="RuleViolationException">There is no such folder, or no file can be made there.</exception>
    public ScratchStore(NumberFormat format, string? directory = null)
        : base(format)
    {
        try
        {
            var path = Path.Combine(directory ?? Path.GetTempPath(), $"tint-{Guid.NewGuid():N}.scratch");
            var options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
            _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, options);
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RuleViolationException("a scratch file must be writable", exception.Message, "name another folder");
        }
    }

    /// <summary>The bytes that the file has grown to.</summary>
    public long Length
    {
        get
        {
            lock (_lock)
            {
                return _end;
            }
        }
    }

    /// <inheritdoc/>
    private protected override IKept<Matrix<double>> Keep(Matrix<double> matrix, NumberFormat format)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var (rows, columns, entries) = (matrix.RowCount, matrix.ColumnCount, ColumnMajor.Entries(matrix));
        var bytes = (long)entries.Length * Size(format);
        var offset = Allocate(bytes);
        try
        {
            var checksum = Transfer(entries, format, offset, write: true);
            return new Kept<Matrix<double>>(() => Load(rows, columns, format, offset, checksum), () => Free(bytes, offset));
        }
        catch (RuleViolationException)
        {
            Free(bytes, offset);
            throw;
        }
    }

    /// <summary>Closes and removes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private static int Size(NumberFormat format) => format == NumberFormat.Binary32 ? sizeof(float) : sizeof(double);

    private Matrix<double> Load(int rows, int columns, NumberFormat format, long offset, uint checksum)
    {
        var entries = LargeObjects.Uninitialized(rows * columns);
        var found = Transfer(entries, format, offset, write: false);
        return found == checksum
            ? ColumnMajor.Wrap(rows, columns, entries)
            : throw new RuleViolationException(
                "a scratch file must give back what was written to it",
                $"other bytes for a matrix [{rows} × {columns}] at byte {offset}",
                "let nothing else write to it, and check the disk");
    }

    private long Allocate(long bytes)
    {
        lock (_lock)
        {
            if (_free.TryGetValue(bytes, out var free) && free.TryPop(out var offset))
            {
                return offset;
            }

            _end += bytes;
            return _end - bytes;
        }
    }

    private void Free(long bytes, long offset)
    {
        lock (_lock)
        {
            if (!_free.TryGetValue(bytes, out var free))
            {
                _free[bytes] = free = [];
            }

            free.Push(offset);
        }
    }

    /// <summary>Writes or reads some numbers; the checksum of their bytes in the file.</summary>
    private uint Transfer(double[] entries, NumberFormat format, long offset, bool write)
    {
        var checksum = uint.MaxValue;
        var singles = format == NumberFormat.Binary32 ? new float[Math.Min(Piece, entries.Length)] : null;
        try
        {
            for (var start = 0; start < entries.Length; start += Piece)
            {
                var piece = entries.AsSpan(start, Math.Min(Piece, entries.Length - start));
                var rounded = singles.AsSpan(0, singles is null ? 0 : piece.Length);
                var place = offset + ((long)start * Size(format));
                var bytes = singles is null ? MemoryMarshal.AsBytes(piece) : MemoryMarshal.AsBytes(rounded);
                if (write)
                {
                    SinglePrecision.Round(piece[..rounded.Length], rounded);
                    checksum = Checksum.Of(bytes, checksum);
                    RandomAccess.Write(_handle, bytes, place);
                }
                else
                {
                    ReadExactly(bytes, place);
                    checksum = Checksum.Of(bytes, checksum);
                    SinglePrecision.Widen(rounded, piece[..rounded.Length]);
                }
            }

            return checksum;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new RuleViolationException(
                "a scratch file must be open and have room",
                exception is ObjectDisposedException ? "it was closed" : exception.Message,
                "keep it open as long as results are read, and put it where there is room");
        }
    }

    private void ReadExactly(Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var count = RandomAccess.Read(_handle, bytes, offset);
            if (count == 0)
            {
                throw new EndOfStreamException("the file is shorter than what was written to it");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }
}
