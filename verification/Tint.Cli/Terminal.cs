using System.Text;
using Spectre.Console;
using Tint.Fixtures;

namespace Tint.Cli;

/// <summary>Where a command writes: results to one writer, complaints to another.</summary>
internal sealed class Terminal
{
    // Wide enough that a row of a table stays one line, so that grep finds it.
    private const int PipeWidth = 4096;

    private const int ProseWidth = 80;

    private readonly Lazy<IAnsiConsole> _console;
    private readonly int _pipeWidth;

    private GuardedWriter? _guard;

    private Terminal(TextWriter output, TextWriter error, bool isInteractive, int pipeWidth = PipeWidth)
    {
        Output = output;
        Error = error;
        IsInteractive = isInteractive;
        _console = new Lazy<IAnsiConsole>(() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }));
        _pipeWidth = pipeWidth;
    }

    /// <summary>Lines that are never wrapped go here.</summary>
    public TextWriter Output { get; }

    /// <summary>Complaints, one line each.</summary>
    public TextWriter Error { get; }

    /// <summary>Colours and progress, for a person who watches; a pipe has neither and does without.</summary>
    public IAnsiConsole Console => IsInteractive ? _console.Value : throw new InvalidOperationException("nobody watches a pipe");

    /// <summary>Whether a person watches the output.</summary>
    public bool IsInteractive { get; }

    /// <summary>How many characters a line has.</summary>
    public int Width => IsInteractive ? Console.Profile.Width : _pipeWidth;

    /// <summary>Why something that was written to <see cref="Output"/> was lost; null if nothing was.</summary>
    public string? OutputFailure => _guard?.Failure;

    /// <summary>The process's own terminal, or the pipes in its place; a stream that is closed or full ends nothing.</summary>
    public static Terminal OfProcess()
    {
        var (output, error) = (
            new GuardedWriter(() =>
            {
                System.Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
                return System.Console.Out;
            }),
            new GuardedWriter(() => System.Console.Error));

        // So that Spectre knows the process's own streams again.
        System.Console.SetOut(output);
        System.Console.SetError(error);
        return new Terminal(System.Console.Out, System.Console.Error, !System.Console.IsOutputRedirected) { _guard = output };
    }

    /// <summary>A terminal whose output is this one's errors, for a report beside a file that takes the output.</summary>
    public Terminal WithReportOnError() => new(Error, Error, isInteractive: false);

    /// <summary>Shows the cursor that a progress bar hid, for a process that ends beside the bar.</summary>
    public void ShowCursor()
    {
        if (IsInteractive)
        {
            Console.Cursor.Show(show: true);
        }
    }

    /// <summary>Writers in place of a terminal; nobody watches.</summary>
    public static Terminal Of(TextWriter output, TextWriter error) => new(output, error, isInteractive: false);

    /// <summary>Writers in place of a terminal of so many characters a line.</summary>
    public static Terminal Of(TextWriter output, TextWriter error, int width) => new(output, error, isInteractive: false, width);

    /// <summary>Writes part of a line, in a colour where a person watches a terminal that has colours.</summary>
    public void Write(string text, Color color)
    {
        if (IsInteractive && color != Color.Default)
        {
            Console.Write(new Text(text, new Style(color)));
        }
        else
        {
            Output.Write(text);
        }
    }

    /// <summary>Writes words in lines of at most 80 characters, fewer where the terminal has fewer.</summary>
    public void Prose(string words, string indent = "")
    {
        var line = indent;
        var width = Math.Min(ProseWidth, Width);
        foreach (var word in words.Split(' '))
        {
            if (line.Length > indent.Length && line.Length + 1 + word.Length > width)
            {
                Output.WriteLine(line);
                line = indent;
            }

            line = line.Length == indent.Length ? line + word : $"{line} {word}";
        }

        Output.WriteLine(line);
    }

    /// <summary>Writes a complaint in one line, whatever words it quotes.</summary>
    public void Complain(string line) => Error.WriteLine($"tint: {Printable.Text(line, Printable.LongestLine)}");
}
