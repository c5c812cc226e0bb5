using System.Globalization;
using System.Net;
using System.Text;
using Tint.Fixtures;

namespace Tint.Verification.Reports.Page;

/// <summary>
/// Collects HTML or SVG: every text that is not markup goes through <see cref="Text"/> or a hole of <see cref="Line"/>, and is escaped there,
/// first as <see cref="Printable"/> has it and then for HTML.
/// </summary>
internal sealed class Markup
{
    private readonly StringBuilder _builder = new();

    /// <summary>Appends markup as it is.</summary>
    public Markup Raw(string markup)
    {
        _builder.Append(markup);
        return this;
    }

    /// <summary>Appends markup whose holes are escaped.</summary>
    public Markup Line(FormattableString markup)
    {
        object[] arguments = [.. markup.GetArguments().Select(argument => (object)Escaped(argument))];
        _builder.AppendFormat(CultureInfo.InvariantCulture, markup.Format, arguments).Append('\n');
        return this;
    }

    /// <summary>Appends text, whose own line breaks stay.</summary>
    public Markup Text(string text)
    {
        _builder.AppendJoin('\n', text.Split('\n').Select(Encoded));
        return this;
    }

    /// <summary>Begins a page: its head with <see cref="PageStyle"/>, and the body up to the first heading.</summary>
    /// <param name="title">The page's title.</param>
    /// <param name="style">CSS of its own.</param>
    /// <param name="heading">The first heading; null for the title.</param>
    public Markup Head(string title, string style = "", string? heading = null) =>
        Raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Line($"<title>{title}</title>")
            .Raw("<style>\n").Raw(PageStyle.Css).Raw("\n").Raw(style)
            .Raw("\n</style>\n</head>\n<body>\n<main>\n").Line($"<h1>{heading ?? title}</h1>");

    /// <summary>Appends what another has collected.</summary>
    public Markup Add(Markup other)
    {
        _builder.Append(other._builder);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _builder.ToString();

    private static string Escaped(object? argument) => argument switch
    {
        Markup markup => markup.ToString(),
        double number => number.ToString("0.##", CultureInfo.InvariantCulture),
        IFormattable formattable => Encoded(formattable.ToString(null, CultureInfo.InvariantCulture)),
        _ => Encoded(argument?.ToString() ?? string.Empty),
    };

    private static string Encoded(string text) => WebUtility.HtmlEncode(Printable.Text(text, int.MaxValue));
}
