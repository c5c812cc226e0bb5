using System.Globalization;
using System.Text;

namespace System.Runtime.CompilerServices;

/// <summary>
/// What the compiler builds <c>$"…"</c> with: it takes the type of this name that an assembly has itself before the runtime's, which would write
/// numbers in the culture of whoever runs us ("−1,5" in Sweden). So every interpolated string of this repository is in the invariant culture,
/// and none can be forgotten.
/// </summary>
[InterpolatedStringHandler]
internal ref struct DefaultInterpolatedStringHandler
{
    private readonly StringBuilder _text;
    private StringBuilder.AppendInterpolatedStringHandler _handler;

    /// <summary>Starts a string.</summary>
    public DefaultInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (8 * formattedCount));
        _handler = new StringBuilder.AppendInterpolatedStringHandler(literalLength, formattedCount, _text, CultureInfo.InvariantCulture);
    }

    /// <summary>Appends text.</summary>
    public void AppendLiteral(string value) => _handler.AppendLiteral(value);

    /// <summary>Appends a value.</summary>
    public void AppendFormatted<T>(T value) => _handler.AppendFormatted(value);

    /// <summary>Appends a value in a format.</summary>
    public void AppendFormatted<T>(T value, string? format) => _handler.AppendFormatted(value, format);

    /// <summary>Appends a value in a least width.</summary>
    public void AppendFormatted<T>(T value, int alignment) => _handler.AppendFormatted(value, alignment);

    /// <summary>Appends a value in a format and a least width.</summary>
    public void AppendFormatted<T>(T value, int alignment, string? format) => _handler.AppendFormatted(value, alignment, format);

    /// <summary>Appends characters.</summary>
    public void AppendFormatted(ReadOnlySpan<char> value) => _handler.AppendFormatted(value);

    /// <summary>Appends characters in a least width.</summary>
    public void AppendFormatted(ReadOnlySpan<char> value, int alignment = 0, string? format = null) =>
        _handler.AppendFormatted(value, alignment, format);

    /// <summary>Appends text.</summary>
    public void AppendFormatted(string? value) => _handler.AppendFormatted(value);

    /// <summary>Appends text in a least width.</summary>
    public void AppendFormatted(string? value, int alignment = 0, string? format = null) => _handler.AppendFormatted(value, alignment, format);

    /// <summary>Appends a value in a least width.</summary>
    public void AppendFormatted(object? value, int alignment = 0, string? format = null) => _handler.AppendFormatted(value, alignment, format);

    /// <summary>The string.</summary>
    public readonly string ToStringAndClear() => _text.ToString();
}
