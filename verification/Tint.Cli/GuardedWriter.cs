using System.Text;

namespace Tint.Cli;

/// <summary>
/// A stream of the process that may be closed or full: what cannot be written is dropped, and the first reason is kept, so that a complaint that
/// nobody can read is not itself a failure.
/// </summary>
internal sealed class GuardedWriter : TextWriter
{
    private readonly TextWriter? _inner;

    /// <summary>Guards a writer that may not even open.</summary>
    public GuardedWriter(Func<TextWriter> open)
        : base(System.Globalization.CultureInfo.InvariantCulture)
    {
        TextWriter? inner = null;
        Try(() => inner = open());
        _inner = inner;
    }

    /// <summary>Why something was dropped; null if nothing was.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public override Encoding Encoding => _inner?.Encoding ?? Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => _inner?.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => _inner?.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => _inner?.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => _inner?.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(() => _inner?.Flush());

    private void Try(Action write)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // What the platform says of a descriptor that is closed.
            Failure = exception is IOException ? exception.Message : "a closed one";
        }
    }
}
