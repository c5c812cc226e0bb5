using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tint.Fixtures;
using Tint.Fixtures.Json;
using Tint.Reference;

namespace Tint.Experiments;

/// <summary>
/// What has been measured, a line a unit, written as soon as it is known, so that an interrupted experiment goes on where it was: a line that was not finished does not
/// count, and no line counts twice. Numbers are written so that they are read back to the same bits.
/// </summary>
/// <typeparam name="TUnit">What is computed at once.</typeparam>
/// <typeparam name="TValue">What it gives.</typeparam>
internal sealed class Journal<TUnit, TValue> : IDisposable
    where TUnit : notnull
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly JsonTypeInfo<JournalLine<TUnit, TValue>> _form;

    private Journal(FileStream file, JsonTypeInfo<JournalLine<TUnit, TValue>> form) => (_file, _form) = (file, form);

    /// <summary>What earlier runs measured.</summary>
    public Dictionary<TUnit, TValue> Known { get; } = [];

    /// <summary>Opens a journal, a new one or one of the same experiment.</summary>
    /// <param name="path">The file.</param>
    /// <param name="question">What is asked, in one line; another journal has another.</param>
    /// <param name="form">How a line is written.</param>
    /// <exception cref="FixtureException">The file cannot be written, or is no journal.</exception>
    /// <exception cref="RuleViolationException">It is the journal of another experiment.</exception>
    public static Journal<TUnit, TValue> Open(string path, string question, JsonTypeInfo<JournalLine<TUnit, TValue>> form)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            var journal = new Journal<TUnit, TValue>(file, form);
            journal.Read(Printable.Name(Path.GetFileName(path)), question);
            return journal;
        }
        catch (Exception exception)
        {
            file?.Dispose();
            if (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new FixtureException("--journal must be a file that can be written, and that nothing else writes", exception.Message, "name another file", exception);
            }

            throw;
        }
    }

    /// <summary>Appends what a unit gave.</summary>
    public void Add(TUnit unit, TValue measurements)
    {
        var line = JsonSerializer.Serialize(new JournalLine<TUnit, TValue>(unit, measurements), _form);
        lock (_lock)
        {
            Append(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Append(string line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _file.Flush();
    }

    private void Read(string name, string question)
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        var end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        var lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (bytes.Length > 0 && (lines.Length == 0 || !lines[0].StartsWith('{')))
        {
            throw new FixtureException($"{name}: must be the journal of an experiment", "another file", "name another, or remove it");
        }

        if (lines.Length > 0 && Question(name, lines[0]) != question)
        {
            throw new RuleViolationException(
                $"{name}: must be the journal of this experiment: the same model, text and settings", "another's", "repeat the command line that began it, or name another file");
        }

        foreach (var (at, line) in lines.Index().Skip(1))
        {
            var entry = Parsed(name, line, at);
            Known[entry.Unit] = entry.Measurements;
        }

        // What a run was writing when it ended.
        _file.SetLength(end);
        _file.Position = end;
        if (lines.Length == 0)
        {
            Append(JsonSerializer.Serialize(new JournalHead(question), ExperimentLineJson.Default.JournalHead));
        }
    }

    private static string? Question(string name, string line) => Guarded(name, 0, () => JsonSerializer.Deserialize(line, ExperimentLineJson.Default.JournalHead)?.Evaluation);

    private JournalLine<TUnit, TValue> Parsed(string name, string line, int before) => Guarded(name, before, () => JsonSerializer.Deserialize(line, _form)!);

    private static T Guarded<T>(string name, int before, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new FixtureException($"{name}: every line of a journal must be JSON as it was written", JsonFile.Reason(exception, before), "remove the file and begin again", exception);
        }
    }
}
