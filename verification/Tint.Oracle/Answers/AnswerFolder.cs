using System.IO.Compression;
using Tint.Fixtures;
using Tint.Fixtures.Safetensors;
using Tint.Reference;

namespace Tint.Oracle.Answers;

/// <summary>
/// A folder of answers. Those to a case ID are a file <c>ID.safetensors</c> or <c>ID.npz</c>, or a folder <c>ID</c> of <c>NAME.npy</c> files; the tensors
/// have the case's names, with or without <c>expected.</c>.
/// </summary>
internal static class AnswerFolder
{
    /// <summary>The longest file that is read, in bytes.</summary>
    private const long LongestFile = 1L << 31;

    /// <summary>Reads everything in a folder.</summary>
    /// <exception cref="RuleViolationException">There is no such folder, nothing in it is an answer, or a case is answered twice.</exception>
    public static IReadOnlyList<AnswerSet> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new RuleViolationException(
                "answers must lie in a folder",
                File.Exists(folder) ? $"the file '{Printable.Name(folder)}'" : $"no folder '{Printable.Name(folder)}'",
                "write ID.safetensors, ID.npz or ID/NAME.npy for each case ID there and name the folder");
        }

        var answers = new List<AnswerSet>();
        foreach (var path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            if (Of(path) is { } set)
            {
                answers.Add(answers.All(other => other.Case != set.Case) ? set : throw new RuleViolationException(
                    "a case must be answered once", $"two answers to '{Printable.Name(set.Case)}'", "remove one of the files"));
            }
        }

        return answers.Count > 0 ? answers : throw new RuleViolationException(
            "a folder of answers must hold some",
            $"no .safetensors, .npz or folder of .npy in '{Printable.Name(folder)}'",
            "write ID.safetensors, ID.npz or ID/NAME.npy for each case ID");
    }

    private static AnswerSet? Of(string path)
    {
        var id = Path.GetFileNameWithoutExtension(path);
        if (Directory.Exists(path))
        {
            var files = Directory.GetFiles(path, "*.npy");
            return files.Length == 0 ? null : Collect(Path.GetFileName(path), files.Order(StringComparer.Ordinal).Select(file =>
                (Path.GetFileNameWithoutExtension(file), new Func<AnswerTensor>(() =>
                {
                    using var stream = Open(file);
                    return NpyFile.Read(stream, Path.GetFileNameWithoutExtension(file), Printable.Name(Path.GetFileName(file)));
                }))));
        }

        return Path.GetExtension(path) switch
        {
            ".safetensors" => Safetensors(id, path),
            ".npz" => Npz(id, path),
            _ => null,
        };
    }

    private static AnswerSet Safetensors(string id, string path)
    {
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Open(path);
        }
        catch (FixtureException exception)
        {
            return Unread(id, IsShort(path) ? AnswerFault.HalfWritten : AnswerFault.Unreadable, exception.Message);
        }

        using (file)
        {
            return Collect(id, file.Tensors.Select(entry => (entry.Name, new Func<AnswerTensor>(() =>
            {
                if (entry.DataType is null)
                {
                    throw new AnswerException(
                        AnswerFault.WrongType, $"'{Printable.Name(entry.Name)}' is of {Printable.Name(entry.TypeName)}; answers must be of {NumberTypes.Listed}");
                }

                if (entry.Shape.Any(size => size > int.MaxValue))
                {
                    throw new AnswerException(AnswerFault.Unreadable, $"'{Printable.Name(entry.Name)}' has an axis of more than {int.MaxValue} entries");
                }

                return new AnswerTensor(entry.Name, [.. entry.Shape.Select(size => (int)size)], file.ReadDoubles(entry.Name), TypeName(entry.TypeName));
            }))));
        }
    }

    private static AnswerSet Npz(string id, string path)
    {
        var file = Printable.Name(Path.GetFileName(path));
        try
        {
            using var stream = Open(path);
            if (ArchiveEnd.Fault(stream, file) is var (fault, words))
            {
                return Unread(id, fault, words);
            }

            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            return Collect(id, archive.Entries.Where(entry => entry.Name.Length > 0).Select(entry =>
            {
                var name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
                return (name, new Func<AnswerTensor>(() =>
                {
                    using var content = entry.Open();
                    return NpyFile.Read(content, name, $"{file}: {Printable.Name(entry.FullName)}");
                }));
            }));
        }
        catch (InvalidDataException exception)
        {
            return Unread(id, AnswerFault.HalfWritten, $"{file} is no whole .npz archive: {exception.Message}");
        }
        catch (Exception exception) when (exception is FixtureException or IOException or UnauthorizedAccessException)
        {
            return Unread(id, AnswerFault.Unreadable, $"{file}: {exception.Message}");
        }
    }

    private static AnswerSet Collect(string id, IEnumerable<(string Name, Func<AnswerTensor> Read)> tensors)
    {
        var (read, faults) = (new List<AnswerTensor>(), new List<(string, AnswerFault, string)>());
        foreach (var (name, tensor) in tensors)
        {
            try
            {
                read.Add(tensor());
            }
            catch (AnswerException exception)
            {
                faults.Add((name, exception.Fault, exception.Message));
            }
            catch (Exception exception) when (exception is FixtureException or IOException or InvalidDataException or UnauthorizedAccessException)
            {
                faults.Add((name, exception is InvalidDataException ? AnswerFault.HalfWritten : AnswerFault.Unreadable, exception.Message));
            }
        }

        return new AnswerSet(id, read, faults);
    }

    private static AnswerSet Unread(string id, AnswerFault fault, string words) => new(id, [], [(string.Empty, fault, words)]);

    private static FileStream Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > LongestFile)
        {
            stream.Dispose();
            throw new AnswerException(AnswerFault.Unreadable, $"{Printable.Name(Path.GetFileName(path))} is longer than {LongestFile} bytes");
        }

        return stream;
    }

    /// <summary>Whether a safetensors file is shorter than its header says, so that a write was probably cut off.</summary>
    private static bool IsShort(string path)
    {
        try
        {
            using var stream = Open(path);
            using var reader = new BinaryReader(stream);
            if (stream.Length < 8)
            {
                return true;
            }

            var length = reader.ReadUInt64();
            if (length > 100_000_000)
            {
                return false;
            }

            if ((ulong)(stream.Length - 8) < length)
            {
                return true;
            }

            using var json = System.Text.Json.JsonDocument.Parse(reader.ReadBytes((int)length));
            var end = json.RootElement.EnumerateObject()
                .Where(item => item.Name != "__metadata__")
                .Max(item => item.Value.GetProperty("data_offsets")[1].GetInt64());
            return stream.Length - 8 - (long)length < end;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Text.Json.JsonException or InvalidOperationException
            or KeyNotFoundException or FormatException or IndexOutOfRangeException or AnswerException)
        {
            return false;
        }
    }

    /// <summary>What a safetensors type is called here.</summary>
    public static string TypeName(string type) => type switch
    {
        "BF16" => "bfloat16",
        ['F', .. var bits] => $"float{bits}",
        ['I', .. var bits] => $"int{bits}",
        ['U', .. var bits] => $"uint{bits}",
        _ => type.ToLowerInvariant(),
    };
}
