using System.Text;
using Tint.Reference;
using Tint.Verification;
using Tint.Verification.Reports;

namespace Tint.Cli;

/// <summary>
/// The files that a verb writes beside its report. All are proven writable before work begins and written after the report is printed; one that
/// then fails is a complaint and leaves the others and the report as they are.
/// </summary>
internal sealed class OutputFiles : IDisposable
{
    /// <summary>The name that stands for standard output.</summary>
    private const string StandardOutput = "-";

    private readonly Terminal _terminal;
    private readonly Dictionary<string, AtomicFile?> _files = [];

    private OutputFiles(Terminal terminal) => (_terminal, Report) = (terminal, terminal);

    /// <summary>Where the report goes: standard error where a file takes standard output.</summary>
    public Terminal Report { get; private set; }

    /// <summary>Whether a file could not be written.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Opens files.</summary>
    /// <param name="terminal">Where <c>-</c> leads, and complaints.</param>
    /// <param name="outputs">Options and the paths that they were given; null where one was not.</param>
    /// <exception cref="RuleViolationException">Two of them are the same place.</exception>
    /// <exception cref="Fixtures.FixtureException">One cannot be written.</exception>
    public static OutputFiles Open(Terminal terminal, params ReadOnlySpan<(string Option, string? Path)> outputs)
    {
        var files = new OutputFiles(terminal);
        var places = new Dictionary<string, string>();
        foreach (var (option, path) in outputs)
        {
            if (path is null)
            {
                continue;
            }

            files._files[option] = path == StandardOutput ? null : AtomicFile.Open(path);
            files.Report = path == StandardOutput ? terminal.WithReportOnError() : files.Report;
            var place = path == StandardOutput ? new OutputPath(StandardOutput, OutputKind.Direct) : OutputPath.Of(path);
            if (place.Holds && !places.TryAdd(place.Full, option))
            {
                throw new RuleViolationException(
                    "two outputs must go to different places", $"'{path}' for {places[place.Full]} and {option}", "name another file for one of them");
            }
        }

        return files;
    }

    /// <summary>Writes the file of an option, if it was given.</summary>
    public void Write(string option, Action<Stream> write)
    {
        if (!_files.TryGetValue(option, out var file))
        {
            return;
        }

        try
        {
            if (file is null)
            {
                using var memory = new MemoryStream();
                write(memory);
                _terminal.Output.WriteLine(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
                return;
            }

            write(file.Stream);
            file.Commit();
        }
        catch (Exception exception) when (Complaint.IsExpected(exception))
        {
            HasFailed = true;
            _terminal.Complain($"{option}: {Complaint.Of(exception)}");
        }
    }

    /// <summary>Says that nothing was written, after a run that was cancelled.</summary>
    /// <param name="extent">How far the run came.</param>
    public void Cancelled(string extent) => _terminal.Complain(
        $"cancelled: {extent}" + (_files.Count == 0 ? string.Empty : $"; nothing was written for {string.Join(" and ", _files.Keys)}"));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file?.Dispose();
        }
    }
}
